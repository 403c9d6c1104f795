/* Drives connections to a server on loopback from one thread: it sends prepared requests and times the answers.
 *
 * native.py builds this file when a benchmark begins, and calls the three functions at its end. A generator in Python
 * saturates near 30,000 requests a second; this one does so far above 100,000. With ``spins`` it never sleeps. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_ANSWER = 1 << 18, EVENTS = 256, PATIENCE_SECONDS = 60 };

/* The requests: each connection takes the next one, over and over if they repeat. native.py has the same structure. */
struct requests {
    const char **texts;
    const uint32_t *lengths;
    long count, next;
    int repeats;
    const char *expected; /* in every answer */
    size_t expected_length;
};

struct connection {
    int socket, waits;
    double sent_at;
    size_t used; /* bytes of the answer that have come in */
    char answer[LONGEST_ANSWER + 1];
};

struct load {
    int port, poll, count;
    char error[400];
    struct connection connections[];
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static int fail(struct load *load, const char *what, const char *text, size_t length) {
    snprintf(load->error, sizeof load->error, "%s%.*s", what, (int)(length > 300 ? 300 : length), text);
    return -1;
}

static int fail_with_errno(struct load *load, const char *what) {
    const char *reason = strerror(errno);
    return fail(load, what, reason, strlen(reason));
}

static int dial(struct load *load, struct connection *connection) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(load->port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    int one = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->socket < 0 || connect(connection->socket, (void *)&address, sizeof address))
        return fail_with_errno(load, "cannot connect: ");
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return epoll_ctl(load->poll, EPOLL_CTL_ADD, connection->socket, &event) ? fail_with_errno(load, "epoll: ") : 0;
}

/* Sends the next request, on a new connection if the server has closed it. Returns 1, or 0 if none is left. */
static int send_next(struct load *load, struct connection *connection, struct requests *requests) {
    if (requests->next == requests->count) {
        if (!requests->repeats) return 0;
        requests->next = 0;
    }
    if (connection->socket < 0 && dial(load, connection)) return -1;
    const char *text = requests->texts[requests->next];
    size_t left = requests->lengths[requests->next++];
    connection->used = 0;
    connection->waits = 1;
    connection->sent_at = now();
    while (left) {
        ssize_t sent = send(connection->socket, text, left, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) return fail_with_errno(load, "cannot send: ");
        if (sent > 0) text += sent, left -= sent;
    }
    return 1;
}

/* Whether the answer is complete: 1 if the connection is kept after it, 2 if it ends, 0 if more has to come. */
static int complete(struct load *load, struct connection *connection, const struct requests *requests, int hung_up) {
    char *answer = connection->answer;
    answer[connection->used] = 0;
    char *head_end = memmem(answer, connection->used, "\r\n\r\n", 4);
    if (!head_end) return hung_up ? fail(load, "the server hung up before its answer was complete", "", 0) : 0;
    long length = -1;
    int chunked = 0, ends = !strncmp(answer, "HTTP/1.0", 8);
    for (char *line = strstr(answer, "\r\n") + 2; line < head_end; line = strstr(line, "\r\n") + 2) {
        if (!strncasecmp(line, "content-length:", 15)) length = atol(line + 15);
        else if (!strncasecmp(line, "connection: close", 17)) ends = 1;
        else if (!strncasecmp(line, "connection: keep-alive", 22)) ends = 0;
        else if (!strncasecmp(line, "transfer-encoding: chunked", 26)) chunked = 1;
    }
    long body = answer + connection->used - (head_end + 4);
    int whole = chunked ? body >= 5 && !memcmp(answer + connection->used - 5, "0\r\n\r\n", 5)
              : length < 0 ? hung_up : body >= length;
    if (!whole) return hung_up ? fail(load, "the server hung up before its answer was complete", "", 0) : 0;
    if (strncmp(answer + 9, "200", 3)) return fail(load, "", answer, connection->used);
    if (requests->expected_length && !memmem(head_end, body + 4, requests->expected, requests->expected_length))
        return fail(load, "not the expected answer: ", head_end + 4, body);
    return ends || hung_up ? 2 : 1;
}

/* Reads once, and returns the same as complete(). */
static int read_some(struct load *load, struct connection *connection, const struct requests *requests) {
    if (connection->used == LONGEST_ANSWER) return fail(load, "an answer is too long", "", 0);
    ssize_t got = recv(connection->socket, connection->answer + connection->used, LONGEST_ANSWER - connection->used, 0);
    if (got < 0 && errno == EINTR) return 0;
    if (got < 0) return fail_with_errno(load, "cannot read: ");
    connection->used += got;
    return connection->waits ? complete(load, connection, requests, got == 0) : 2;
}

struct load *load_open(int port, int count) {
    struct load *load = calloc(1, sizeof *load + count * sizeof *load->connections);
    load->port = port;
    load->count = count;
    load->poll = epoll_create1(0);
    for (int number = 0; number < count && !load->error[0]; number++) dial(load, &load->connections[number]);
    return load;
}

/* Sends for ``seconds``, up to ``most`` requests or until none is left, and waits for the last answers. Returns how
 * many answers there were, or -1; ``latencies`` has room for ``most`` and one more for each connection. */
long load_run(struct load *load, struct requests *requests, double seconds, long most, int spins, float *latencies) {
    double since = now(), time = since, answered_at = since;
    long answers = 0, waiting = 0;
    int sent = 1;
    if (load->error[0]) return -1;
    for (int number = 0; number < load->count && sent; number++) {
        sent = send_next(load, &load->connections[number], requests);
        if (sent < 0) return -1;
        waiting += sent;
    }
    while (waiting) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(load->poll, events, EVENTS, spins ? 0 : PATIENCE_SECONDS * 1000);
        if (ready < 0 && errno != EINTR) return fail_with_errno(load, "epoll: ");
        if (ready <= 0 && now() - answered_at > PATIENCE_SECONDS) return fail(load, "no answer within 60 seconds", "", 0);
        for (int number = 0; number < ready; number++) {
            struct connection *connection = events[number].data.ptr;
            int found = read_some(load, connection, requests);
            if (found < 0) return -1;
            if (!found) continue;
            time = now();
            if (connection->waits) latencies[answers++] = (answered_at = time) - connection->sent_at, waiting--;
            connection->waits = 0;
            if (found == 2) {
                close(connection->socket);
                connection->socket = -1;
            }
            if (time - since < seconds && answers + waiting < most) {
                sent = send_next(load, connection, requests);
                if (sent < 0) return -1;
                waiting += sent;
            }
        }
    }
    return answers;
}

const char *load_error(const struct load *load) { return load->error; }

void load_close(struct load *load) {
    for (int number = 0; number < load->count; number++)
        if (load->connections[number].socket >= 0) close(load->connections[number].socket);
    close(load->poll);
    free(load);
}
