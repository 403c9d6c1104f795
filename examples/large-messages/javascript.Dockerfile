FROM node:22-slim
WORKDIR /app
RUN npm install aws-sdk@2.1693.0 sns-sqs-big-payload@0.1.4 @aws-sdk/client-s3@3.1175.0 squiss-ts@5.6.0
COPY *.mjs ./
USER 10001:10001
ENTRYPOINT ["node"]
