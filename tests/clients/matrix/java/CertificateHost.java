import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.File;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Stands in place of a host of AWS from which a client gets the certificate of signatures, by HTTPS. */
public final class CertificateHost implements AutoCloseable {
    public static final String NAME = "sns.us-east-1.amazonaws.com"; // the emulator's --signing-cert-host
    private static final char[] PASSWORD = "password".toCharArray();

    private final HttpsServer server;

    public CertificateHost() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        File store = new File(System.getProperty("javax.net.ssl.trustStore"));
        keys.init(KeyStore.getInstance(store, PASSWORD), PASSWORD);
        tls.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            URI address = URI.create(Program.ENDPOINT + exchange.getRequestURI());
            try (InputStream certificate = address.toURL().openStream()) {
                exchange.sendResponseHeaders(200, 0);
                certificate.transferTo(exchange.getResponseBody());
            }
            exchange.close();
        });
        server.start();
    }

    /** Let this program find the host on this machine, and trust it; to be called before anything looks for a host. */
    public static void prepare() throws Exception {
        Path directory = Files.createTempDirectory("certificate-host");
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost " + NAME + "\n");
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                "keytool", "-genkeypair", "-keyalg", "RSA", "-dname", "CN=" + NAME, "-ext", "san=dns:" + NAME,
                "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD))
                .inheritIO().start();
        Program.same(0, keytool.waitFor());
        for (Path path : List.of(directory, hosts, store)) {
            path.toFile().deleteOnExit();
        }
        System.setProperty("jdk.net.hosts.file", hosts.toString());
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
    }

    /** The message, with the port at which the host can be reached here. The signature does not cover this URL. */
    public String leadTo(String message) {
        return message.replace("https://" + NAME + "/", "https://" + NAME + ":" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
