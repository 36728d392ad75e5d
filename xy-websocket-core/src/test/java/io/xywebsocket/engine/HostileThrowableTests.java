package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.XyType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A call is answered whatever is thrown, and whatever becomes of the log. */
class HostileThrowableTests extends WithEndpoints {

    /** What breaks when it is asked this. */
    private enum Breaks {
        MESSAGE,
        LOCALIZED_MESSAGE,
        TEXT,
        CAUSE,
        TRACE,
        ALL
    }

    @SuppressWarnings("OverrideThrowableToString")
    private static final class Hostile extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Breaks breaks;

        Hostile(Breaks breaks) {
            super("hostile");
            this.breaks = breaks;
        }

        private void check(Breaks asked) {
            if (breaks == asked || breaks == Breaks.ALL) {
                throw this;
            }
        }

        @Override
        public String getMessage() {
            check(Breaks.MESSAGE);
            return "hostile";
        }

        @Override
        public String getLocalizedMessage() {
            check(Breaks.LOCALIZED_MESSAGE);
            return "hostile";
        }

        @Override
        public String toString() {
            check(Breaks.TEXT);
            return "hostile";
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            check(Breaks.CAUSE);
            return null;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            check(Breaks.TRACE);
            return super.getStackTrace();
        }
    }

    private static final class HostileRejection extends XyException {

        private static final long serialVersionUID = 1L;

        private final String breaks;

        HostileRejection(String breaks) {
            super(breaks.equals("cause") ? 503 : 409, "no", new IllegalStateException());
            this.breaks = breaks;
        }

        private void check(String asked) {
            if (breaks.equals(asked)) {
                throw new Hostile(Breaks.ALL);
            }
        }

        @Override
        public int status() {
            check("status");
            return super.status();
        }

        @Override
        public String getMessage() {
            check("message");
            return super.getMessage();
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            check("cause");
            return super.getCause();
        }

        @Override
        public Map<String, @Nullable Object> details() {
            check("details");
            return super.details();
        }
    }

    private static final class NoTrace extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("NullAway") // which is what is wrong with it
        public StackTraceElement[] getStackTrace() {
            return null;
        }
    }

    /** Its getter throws what it was given. */
    private record Unserialisable(RuntimeException failure) {

        @SuppressWarnings("unused")
        public String getName() {
            throw failure;
        }
    }

    private static Throwable withCauses(int count) {
        Throwable thrown = new IllegalStateException("the first");
        for (int i = 0; i < count; i++) {
            thrown = new IllegalStateException("no", thrown);
        }
        return thrown;
    }

    private static Throwable withSuppressed(int count) {
        Throwable thrown = new IllegalStateException("no");
        for (int i = 0; i < count; i++) {
            thrown.addSuppressed(new IllegalStateException("this too"));
        }
        return thrown;
    }

    private static Throwable cycle(UnaryOperator<Throwable> wrapper, Throwable inner) {
        return inner.initCause(wrapper.apply(inner));
    }

    private static Map<String, Throwable> throwables() {
        Map<String, Throwable> all = new LinkedHashMap<>();
        for (Breaks breaks : Breaks.values()) {
            all.put("breaks " + breaks, new Hostile(breaks));
            all.put("is caused by one that breaks " + breaks, new IllegalStateException("no", new Hostile(breaks)));
            all.put("wraps one that breaks " + breaks, new CompletionException("no", new Hostile(breaks)));
        }
        for (String breaks : List.of("status", "message", "cause", "details")) {
            all.put("rejection without " + breaks, new HostileRejection(breaks));
        }
        all.put("suppresses a hostile one", withSuppressed(1));
        all.get("suppresses a hostile one").addSuppressed(new Hostile(Breaks.ALL));
        all.put("no trace", new NoTrace());
        all.put("many causes", withCauses(1_000));
        all.put("many suppressed", withSuppressed(1_000));
        all.put("cyclic", cycle(inner -> new Exception("outer", inner), new IllegalStateException("inner")));
        all.put("cyclic wrappers", cycle(CompletionException::new, new ExecutionException("inner", null) {
            private static final long serialVersionUID = 1L;

            private @Nullable Throwable cause;

            @Override
            public synchronized Throwable initCause(Throwable later) {
                cause = later;
                return this;
            }

            @Override
            public synchronized @Nullable Throwable getCause() {
                return cause;
            }
        }));
        all.put("wrapper that is its own cause", new UndeclaredThrowableException(null) {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        });
        all.put("empty wrapper", new InvocationTargetException(null));
        all.put("anonymous", new IllegalStateException("no") {
            private static final long serialVersionUID = 1L;
        });
        all.put("stack overflow", new StackOverflowError());
        all.put("out of memory", new OutOfMemoryError("as if"));
        all.put("linkage", new NoClassDefFoundError("no/such/Class"));
        all.put("assertion", new AssertionError((Object) null));
        all.put("error of nobody's", new Error("stop", null) {
            private static final long serialVersionUID = 1L;
        });
        return all;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** Each is thrown by a function, by a stage that is complete, by one that completes later, and by a listener before another. */
    private void assertAllAreAnswered(UnaryOperator<XyEndpointBuilder> settings) {
        Map<String, Throwable> all = throwables();
        XyEndpoint endpoint = endpoint(settings);
        Queue<Runnable> later = new ConcurrentLinkedQueue<>();
        Queue<String> told = new ConcurrentLinkedQueue<>();
        XyHandlers handlers = endpoint.handlers();
        handlers.register("throw", String.class, name -> {
            throw HostileThrowableTests.<RuntimeException>sneak(all.get(name));
        });
        handlers.register("stage", String.class, name -> CompletableFuture.failedFuture(all.get(name)));
        handlers.register("later", String.class, name -> {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            later.add(() -> stage.completeExceptionally(all.get(name)));
            return stage;
        });
        handlers.on("throw", String.class, name -> {
            throw HostileThrowableTests.<RuntimeException>sneak(all.get(name));
        });
        handlers.on(
                "throw", (name, payload, peer) -> CompletableFuture.failedFuture(all.get(payload.as(String.class))));
        handlers.on("throw", String.class, told::add);
        RawPeer peer = connect(endpoint);
        for (String name : all.keySet()) {
            String payload = "\"" + name + "\"";
            for (String function : List.of("throw", "stage")) {
                assertThat(peer.ask(call(function, payload, "1")))
                        .as("%s: %s", function, name)
                        .startsWith("{\"e\":\"reject." + function + "\",\"id\":1,\"p\":{\"ok\":false,\"status\":");
            }
            peer.send(call("later", payload, "2"));
            await().until(() -> !later.isEmpty());
            later.remove().run();
            assertThat(peer.next())
                    .as("later: %s", name)
                    .startsWith("{\"e\":\"reject.later\",\"id\":2,\"p\":{\"ok\":false");
            peer.send(event("throw", payload));
            await("event: " + name).until(() -> name.equals(told.poll()));
        }
        peer.assertAlive();
    }

    @Test
    void whateverIsThrownIsAnswered() {
        assertAllAreAnswered(settings -> settings);
    }

    @Test
    void twentyThousandCausesAreAnswered() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("fail", (name, payload, peer) -> {
            throw HostileThrowableTests.<RuntimeException>sneak(withCauses(20_000));
        });
        assertThat(connect(endpoint).ask(call("fail", "1"))).contains("\"status\":500", "errorId");
    }

    @Test
    void whateverIsThrownIsAnsweredWithItsTextIfThatIsTold() {
        assertAllAreAnswered(settings -> settings.includeMessage(true));
    }

    @Test
    void whateverIsThrownIsAnsweredThroughInterceptorsAndMappersThatFailLikewise() {
        Queue<Throwable> mappersOwn = new ConcurrentLinkedQueue<>(throwables().values());
        assertAllAreAnswered(
                settings -> settings.interceptor(new XyInterceptor() {}).errorMapper(error -> {
                    Throwable own = mappersOwn.poll();
                    if (own != null) {
                        throw HostileThrowableTests.<RuntimeException>sneak(own);
                    }
                    return null;
                }));
    }

    /** The machine allows nearly any name. */
    @Test
    void theNameOfItsClassForgesNoLine() throws Exception {
        Exception odd = new ByteBuddy()
                .with(TypeValidation.DISABLED)
                .subclass(IllegalStateException.class)
                .name("odd\nFORGED")
                .make()
                .load(HostileThrowableTests.class.getClassLoader())
                .getLoaded()
                .getConstructor(String.class)
                .newInstance("no");
        for (boolean include : new boolean[] {false, true}) {
            XyEndpoint endpoint = endpoint(settings -> settings.includeMessage(include));
            endpoint.handlers().register("f", (name, payload, peer) -> {
                throw odd;
            });
            try (LogCapture log = new LogCapture()) {
                assertThat(connect(endpoint).ask(call("f", "1"))).startsWith("{\"e\":\"reject.f\",\"id\":1,");
                assertThat(log.whole(Level.ERROR)).contains("odd?FORGED: no").doesNotContain("\nFORGED");
            }
        }
    }

    private static void withAppender(Consumer<ILoggingEvent> appending, Runnable test) {
        Logger logger = (Logger) LoggerFactory.getLogger(XyEndpoint.class.getPackageName());
        UnsynchronizedAppenderBase<ILoggingEvent> appender = new UnsynchronizedAppenderBase<>() {
            @Override
            public void doAppend(ILoggingEvent event) {
                appending.accept(event);
            }

            @Override
            protected void append(ILoggingEvent event) {}
        };
        logger.addAppender(appender);
        try {
            test.run();
        } finally {
            logger.detachAppender(appender);
        }
    }

    @Test
    void anAppenderThatThrowsCostsNoAnswer() {
        withAppender(
                event -> {
                    throw new LinkageError("no room on the disk");
                },
                () -> assertAllAreAnswered(settings -> settings));
    }

    @Test
    void norARejectionOverALimitNorTheEndOfAPeer() {
        withAppender(
                event -> {
                    throw new LinkageError("no room on the disk");
                },
                () -> {
                    Queue<String> told = new ConcurrentLinkedQueue<>();
                    XyEndpoint endpoint =
                            endpoint(settings -> settings.rateLimit((peer, clock) -> (traffic, name) -> switch (name) {
                                        case "often" -> new XyRateLimit.Refused(millis(1));
                                        case "excessive" -> XyRateLimit.Verdict.EXCESSIVE;
                                        default -> XyRateLimit.Verdict.ADMITTED;
                                    })
                                    .connectionListener(new XyConnectionListener() {
                                        @Override
                                        public void connected(XyPeer peer) {}

                                        @Override
                                        public void disconnected(XyPeer peer, int code, String reason) {
                                            told.add(code + " " + reason);
                                        }
                                    }));
                    RawPeer peer = connect(endpoint);
                    assertThat(peer.ask(call("often", "1"))).contains("\"id\":1,", "\"status\":429");
                    peer.send(call("excessive", "2"));
                    assertThat(peer.awaitClosed().code()).isEqualTo(1008);
                    RawPeer broken = connect(endpoint);
                    broken.send("no frame");
                    assertThat(broken.awaitClosed().code()).isEqualTo(1007);
                    await().until(() -> told.size() == 2);
                });
    }

    private static void withoutALog(Runnable test) {
        withAppender(
                event -> {
                    throw new LinkageError("no room on the disk");
                },
                test);
    }

    private static XyConnectionListener onConnected(Consumer<XyPeer> connected) {
        return new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                connected.accept(peer);
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void norTheCloseOfAPeerThatAListenerRefuses() {
        withoutALog(() -> {
            XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(onConnected(peer -> {
                throw new XyException(403, "no");
            })));
            for (int i = 0; i < 2; i++) { // of the second the log is told less
                assertThat(connect(endpoint).awaitClosed()).isEqualTo(new RawPeer.Closed(4403, "no"));
            }
            XyEndpoint faulty = endpoint(settings -> settings.connectionListener(onConnected(peer -> {
                throw new IllegalStateException("no");
            })));
            assertThat(connect(faulty).awaitClosed().code()).isEqualTo(1011);
        });
    }

    @Test
    void norTheCloseOfAPeerWhoseListenerHangs() {
        CountDownLatch release = new CountDownLatch(1);
        withoutALog(() -> {
            XyEndpoint endpoint = endpoint(settings ->
                    settings.timeouts(callTimeout(100)).connectionListener(onConnected(peer -> awaitQuietly(release))));
            assertThat(connect(endpoint).awaitClosed()).isEqualTo(new RawPeer.Closed(1013, "not ready in time"));
        });
        release.countDown();
    }

    @Test
    void norTheRejectionOfCallsThatAreTooDeep() {
        withoutALog(() -> {
            XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(1 << 20, 1)));
            endpoint.handlers()
                    .register("ask", (name, payload, peer) -> peer.await("down", null, XyType.of(Integer.class)));
            RawPeer peer = connect(endpoint).send(call("ask", "1"));
            peer.nextWith("c.down");
            for (int i = 2; i < 5; i++) {
                assertThat(peer.send(call("ask", "" + i)).nextWith("\"id\":" + i))
                        .contains("reject.ask", "\"status\":429");
            }
        });
    }

    @Test
    void norWhatFollowsWhenTooMuchIsReceived() {
        CountDownLatch release = new CountDownLatch(1);
        String text = "x".repeat(900);
        withoutALog(() -> {
            for (String begun : List.of("", "c", "e")) {
                XyEndpoint endpoint = endpoint(
                        settings -> settings.limits(receiveBuffer(100_000, 256)).maxReceivedBytes(1_000));
                endpoint.handlers().register("block", (name, payload, peer) -> {
                    release.await();
                    return 1;
                });
                endpoint.handlers().on("block", (name, payload, peer) -> release.await());
                RawPeer peer = connect(endpoint);
                if (begun.isEmpty()) {
                    peer.sendPart(text).sendPart(text);
                    assertThat(peer.awaitClosed().code()).isEqualTo(1013);
                } else if (begun.equals("c")) {
                    peer.send(call("block", "\"" + text + "\"", "1")).send(call("block", "\"" + text + "\"", "2"));
                    assertThat(peer.nextWith("\"id\":2")).contains("reject.block", "\"status\":503");
                } else {
                    peer.send(event("block")).send(event("block", "\"" + text + "\""));
                    peer.send(event("block", "\"" + text + "\""));
                    assertThat(peer.awaitClosed().code()).isEqualTo(1013);
                }
            }
        });
        release.countDown();
    }

    @Test
    void norTheReadingAfterAnEventWhoseNameIsTooLong() {
        withoutALog(() -> {
            RawPeer peer = connect(endpoint());
            peer.send(event("x".repeat(XyLimits.MAX_NAME + 1)));
            peer.assertAlive();
        });
    }

    /** Many tools look for the root cause of what is logged. */
    @Test
    void anAppenderThatLooksForTheRootCauseFindsOne() {
        withAppender(
                event -> {
                    if (event.getThrowableProxy() instanceof ThrowableProxy logged) {
                        int depth = 0;
                        for (Throwable each = logged.getThrowable(); each != null; each = each.getCause()) {
                            assertThat(++depth).isLessThan(200);
                        }
                    }
                },
                () -> assertAllAreAnswered(settings -> settings));
    }

    @Test
    void whatCannotBeSerialisedIsAnsweredHoweverThatFails() {
        XyEndpoint endpoint = endpoint();
        for (Breaks breaks : Breaks.values()) {
            endpoint.handlers()
                    .register("result " + breaks, (name, payload, peer) -> new Unserialisable(new Hostile(breaks)));
            endpoint.handlers().register("detail " + breaks, (name, payload, peer) -> {
                throw new XyException(409, "no").with("detail", new Unserialisable(new Hostile(breaks)));
            });
        }
        RawPeer peer = connect(endpoint);
        for (Breaks breaks : Breaks.values()) {
            assertThat(peer.ask(call("result " + breaks, "1"))).contains("\"id\":1,", "\"status\":500", "errorId");
            assertThat(peer.ask(call("detail " + breaks, "2"))).contains("\"id\":2,", "\"status\":409");
        }
    }

    @Test
    void aPeerIsSentAwayWhateverAListenerThrows() {
        for (Map.Entry<String, Throwable> each : throwables().entrySet()) {
            XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new XyConnectionListener() {
                @Override
                public void connected(XyPeer peer) {
                    throw HostileThrowableTests.<RuntimeException>sneak(each.getValue());
                }

                @Override
                public void disconnected(XyPeer peer, int code, String reason) {}
            }));
            RawPeer peer = connect(endpoint);
            assertThat(peer.awaitClosed().code()).as(each.getKey()).isEqualTo(1011);
        }
    }

    @Test
    void listenersHearOfAnEndThoughThoseBeforeThemFail() {
        for (Map.Entry<String, Throwable> each : throwables().entrySet()) {
            Queue<String> told = new ConcurrentLinkedQueue<>();
            XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new XyConnectionListener() {
                        @Override
                        public void connected(XyPeer peer) {}

                        @Override
                        public void disconnected(XyPeer peer, int code, String reason) {
                            throw HostileThrowableTests.<RuntimeException>sneak(each.getValue());
                        }
                    })
                    .connectionListener(new XyConnectionListener() {
                        @Override
                        public void connected(XyPeer peer) {
                            told.add("up");
                        }

                        @Override
                        public void disconnected(XyPeer peer, int code, String reason) {
                            told.add("down");
                        }
                    }));
            RawPeer peer = connect(endpoint);
            await(each.getKey()).until(() -> told.contains("up"));
            peer.close(1000, "");
            await(each.getKey()).until(() -> told.contains("down"));
        }
    }

    @Test
    void aCallOfOursEndsWhateverItsInterceptorThrows() {
        for (Map.Entry<String, Throwable> each : throwables().entrySet()) {
            XyEndpoint endpoint = endpoint(settings -> settings.interceptor(Intercept.all((message, chain) -> {
                if (message.direction() == XyMessage.Direction.OUT) {
                    return CompletableFuture.failedFuture(each.getValue());
                }
                return chain.proceed(message);
            })));
            XyPeer peer = connect(endpoint).peer();
            CompletableFuture<String> called = peer.call("f", String.class);
            await(each.getKey()).until(called::isCompletedExceptionally);
            assertThat(peer.send("e")).as(each.getKey()).isFalse();
        }
    }
}
