import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** What the programs share: they say what holds, and end at the first check that does not. */
public final class Program {
    public static final String ENDPOINT = System.getenv("AWS_ENDPOINT_URL");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** A check, or a call that a check expects to fail. */
    public interface Action {
        void run() throws Exception;
    }

    public static void version(String version) {
        System.out.println("version " + version);
    }

    /** Run a check; the first one that fails ends the program, whatever threads the client has. */
    public static void check(String name, Action check) {
        try {
            check.run();
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1);
        }
        System.out.println("passed " + name);
    }

    public static void end() {
        System.exit(0);
    }

    public static void same(Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError("expected " + expected + ", but there is " + actual);
        }
    }

    public static <T> T only(List<T> list) {
        same(1, list.size());
        return list.get(0);
    }

    /** The exception of {@code type} that {@code call} throws. */
    public static <E extends Throwable> E failure(Class<E> type, Action call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            if (type.isInstance(thrown)) {
                return type.cast(thrown);
            }
            throw new AssertionError("expected " + type, thrown);
        }
        throw new AssertionError("expected " + type);
    }

    /** Wait for what the client does on a thread of its own. */
    public static void eventually(Object expected, Supplier<Object> actual) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Objects.equals(expected, actual.get()) && System.nanoTime() < end) {
            Thread.sleep(PAUSE.toMillis());
        }
        same(expected, actual.get());
    }

    /** What a GET of the emulator's control interface answers. */
    public static String control(String path) throws Exception {
        return answer(HttpRequest.newBuilder(address(path)).build());
    }

    /** Ask the emulator's control interface for something. */
    public static String control(String path, String body) throws Exception {
        return answer(HttpRequest.newBuilder(address(path)).POST(BodyPublishers.ofString(body)).build());
    }

    /** How many requests with this action the emulator has got. */
    public static int requests(String action) throws Exception {
        return control("requests?limit=1000&action=" + action).split("\"action\":\"" + action + "\"", -1).length - 1;
    }

    /** Let the next request with this action fail with the status code 503. */
    public static void failNext(String action) throws Exception {
        control("faults", """
            {"service": "sqs", "action": "%s", "error": "ServiceUnavailable", "first": 1}""".formatted(action));
    }

    /** Move the clock of the emulator. */
    public static void advance(int seconds) throws Exception {
        control("clock", "{\"advance\": " + seconds + "}");
    }

    private static URI address(String path) {
        return URI.create(ENDPOINT + "/_emulator/" + path);
    }

    private static String answer(HttpRequest request) throws Exception {
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        same(2, response.statusCode() / 100);
        return response.body();
    }
}
