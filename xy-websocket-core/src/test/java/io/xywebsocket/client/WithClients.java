package io.xywebsocket.client;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.LoggerFactory;

/** A test with clients and raw servers; all of them are closed after each test. */
abstract class WithClients {

    /** What a client has told of its tries. */
    record Retry(int failedTries, Duration delay, Throwable cause) {}

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Set<Thread> before = threads();

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    RawServer server() {
        return closing(RawServer.start());
    }

    /** A client that retries every few milliseconds. */
    static XyClientBuilder builder(URI uri) {
        return XyClient.builder(uri).backoff(millis(1), millis(20));
    }

    static XyClientBuilder builder(RawServer server) {
        return builder(server.uri());
    }

    XyClient client(RawServer server) {
        return client(builder(server));
    }

    XyClient client(XyClientBuilder builder) {
        return closing(builder.build());
    }

    /** A client that is connected. */
    XyClient connect(XyClientBuilder builder) {
        XyClient client = client(builder);
        get(client.connect());
        return client;
    }

    <C extends AutoCloseable> C closing(C closeable) {
        opened.push(closeable);
        return closeable;
    }

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    static List<Retry> retries(XyClient client) {
        List<Retry> retries = new CopyOnWriteArrayList<>();
        client.onRetrying((tries, delay, cause) -> retries.add(new Retry(tries, delay, cause)));
        return retries;
    }

    static Retry firstRetry(XyClient client) {
        List<Retry> retries = retries(client);
        client.connect();
        await().until(() -> !retries.isEmpty());
        return retries.get(0);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static Throwable failure(CompletableFuture<?> future) {
        try {
            throw new AssertionError("no failure but " + future.get(20, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    // ---- leaks

    /** The threads of clients that there are beside those that were there before the test. */
    Set<Thread> ours() {
        Set<Thread> now = threads();
        now.removeAll(before);
        return now;
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("xy-") || thread.getName().startsWith("HttpClient-"))
                .collect(Collectors.toSet());
    }

    /** Awaits that no thread of a client is left but the JDK's selectors, which on Java 17 take some seconds to end. */
    void awaitNoThreads() {
        await().until(() -> ours().stream().allMatch(thread -> thread.getName().startsWith("HttpClient-")));
    }

    /** Awaits that the JDK's selectors have ended too: before Java 21 they do after a garbage collection. */
    void awaitNoSelectors() {
        await().atMost(Duration.ofSeconds(20)).pollInterval(millis(50)).until(() -> {
            if (Runtime.version().feature() < 21) {
                System.gc();
            }
            return ours().isEmpty();
        });
    }

    /** What clients log while it is open. */
    static final class Log implements AutoCloseable {

        private final Logger logger = (Logger) LoggerFactory.getLogger("io.xywebsocket");
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        Log() {
            appender.list = new CopyOnWriteArrayList<>();
            appender.start();
            logger.addAppender(appender);
        }

        List<String> lines(Level level) {
            return appender.list.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(level))
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }

        /** The exceptions that are logged with their traces. */
        String traces() {
            return appender.list.stream()
                    .map(ILoggingEvent::getThrowableProxy)
                    .filter(Objects::nonNull)
                    .map(ThrowableProxyUtil::asString)
                    .collect(Collectors.joining());
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }
}
