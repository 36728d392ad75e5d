package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.ThreadMXBean;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPeer;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What errors are on the wire, both ways. */
class ErrorTests extends WithEndpoints {

    private static XyFunction throwing(Exception error) {
        return (name, payload, peer) -> {
            throw error;
        };
    }

    private String rejection(XyEndpoint endpoint, XyFunction function) {
        endpoint.handlers().register("f", function);
        String frame = connect(endpoint).ask(call("f", "1"));
        assertThat(frame).startsWith("{\"e\":\"reject.f\",\"id\":1,\"p\":");
        return frame.substring("{\"e\":\"reject.f\",\"id\":1,\"p\":".length(), frame.length() - 1);
    }

    @Test
    void saysThatThereIsNoSuchFunction() {
        assertThat(connect(endpoint()).ask(call("stock.level", "1")))
                .isEqualTo(rejected(
                        "stock.level", "1", "{\"ok\":false,\"status\":404,\"message\":\"'stock.level' not found\"}"));
    }

    @Test
    void sendsADataErrorWhole() {
        assertThat(rejection(
                        endpoint(),
                        throwing(new XyException(409, "con\"flict")
                                .with("code", "E42")
                                .with("items", List.of(1, Map.of("a", true)))
                                .with("none", null))))
                .isEqualTo(
                        "{\"ok\":false,\"status\":409,\"message\":\"con\\\"flict\",\"code\":\"E42\",\"items\":[1,{\"a\":true}],\"none\":null}");
    }

    @Test
    void findsADataErrorInsideItsWrappers() {
        assertThat(rejection(
                        endpoint(),
                        throwing(new InvocationTargetException(
                                new CompletionException(new XyException(409, "conflict"))))))
                .isEqualTo("{\"ok\":false,\"status\":409,\"message\":\"conflict\"}");
    }

    @Test
    void sendsTheErrorOfAFailedStage() {
        XyEndpoint endpoint = endpoint();
        CompletableFuture<Object> later = new CompletableFuture<>();
        endpoint.handlers().register("now", (n, p, peer) -> CompletableFuture.failedFuture(new XyException(409, "a")));
        endpoint.handlers().register("later", (n, p, peer) -> later.thenApply(value -> value));
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("now", "1"))).contains("\"status\":409,\"message\":\"a\"");
        peer.send(call("later", "2"));
        later.completeExceptionally(new XyException(410, "b"));
        assertThat(peer.next()).contains("\"status\":410,\"message\":\"b\"");
    }

    @Test
    void keepsTheTextOfUnexpectedErrorsToItselfAndTiesAnswerAndLogTogether() {
        try (LogCapture log = new LogCapture()) {
            String payload = rejection(endpoint(), throwing(new IllegalStateException("secret")));
            Matcher id = Pattern.compile(
                            "\\{\"ok\":false,\"status\":500,\"message\":\"Internal error\",\"errorId\":\"([0-9a-f-]{36})\"}")
                    .matcher(payload);
            assertThat(id.matches()).as(payload).isTrue();
            assertThat(log.lines(Level.ERROR)).hasSize(1).first().asString().contains("'f'", id.group(1));
        }
    }

    @Test
    void showsTheTextOfUnexpectedErrorsIfTold() {
        XyEndpoint endpoint = endpoint(settings -> settings.includeMessage(true));
        assertThat(rejection(endpoint, throwing(new IllegalStateException("boom"))))
                .isEqualTo("{\"ok\":false,\"status\":500,\"message\":\"IllegalStateException: boom\"}");
        endpoint.handlers().register("null", throwing(new NullPointerException()));
        assertThat(connect(endpoint).ask(call("null", "1"))).contains("\"message\":\"NullPointerException\"");
    }

    @Test
    void leavesOutDetailsThatCannotBeSerialised() {
        try (LogCapture log = new LogCapture()) {
            assertThat(rejection(endpoint(), throwing(new XyException(409, "conflict").with("x", new Object()))))
                    .isEqualTo("{\"ok\":false,\"status\":409,\"message\":\"conflict\"}");
            assertThat(log.lines(Level.ERROR)).hasSize(1);
        }
    }

    @Test
    void asksTheMappersInTheirOrder() {
        XyEndpoint endpoint = endpoint(settings -> settings.errorMapper(error -> null)
                .errorMapper(error -> {
                    throw new IllegalArgumentException("a mapper that fails");
                })
                .errorMapper(error -> {
                    throw new StackOverflowError("a mapper that fails badly");
                })
                .errorMapper(error -> error instanceof ArithmeticException ? new XyException(422, "first") : null)
                .errorMapper(error -> error instanceof RuntimeException ? new XyException(418, "second") : null));
        assertThat(rejection(endpoint, throwing(new ArithmeticException()))).contains("422", "first");
        endpoint.handlers().register("g", throwing(new CompletionException(new NullPointerException())));
        endpoint.handlers().register("h", throwing(new Exception("checked")));
        endpoint.handlers().register("i", throwing(new XyException(409, "conflict")));
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("g", "1"))).contains("418", "second");
        assertThat(peer.ask(call("h", "1"))).contains("500", "errorId");
        assertThat(peer.ask(call("i", "1"))).contains("409");
    }

    @Test
    void passesOnAReceivedRejectionAsItWas() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("await", (name, payload, peer) -> peer.await("g", String.class));
        endpoint.handlers().register("call", (name, payload, peer) -> peer.call("g", String.class));
        endpoint.handlers().register("join", (name, payload, peer) -> peer.call("g", String.class)
                .thenApply(value -> value)
                .join());
        String rejection =
                "{ \"status\":409.0, \"x\":1.50e+3,\"ok\" :false,\"big\":12345678901234567890.10,\"message\":\"con\\u0066lict\",\"x\":1.5E3,\"n\":{\"a\":[null]}}";
        RawPeer peer = connect(endpoint);
        for (String name : List.of("await", "call", "join")) {
            peer.send(call(name, "1"));
            peer.send(rejected("g", RawPeer.idOf(peer.nextWith("c.g")), rejection));
            assertThat(peer.next()).isEqualTo(rejected(name, "1", rejection));
        }
    }

    @Test
    void doesNotPassOnAsItWasWhatIsNoProperRejection() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("f", (name, payload, peer) -> peer.await("g", String.class));
        RawPeer peer = connect(endpoint);
        for (String rejection : List.of(
                "null",
                "[]",
                "\"x\"",
                "{}",
                "{\"ok\":true,\"status\":200,\"message\":\"m\"}",
                "{\"ok\":false,\"status\":\"409\",\"message\":\"m\"}",
                "{\"ok\":false,\"status\":409}")) {
            peer.send(call("f", "1"));
            peer.send(rejected("g", RawPeer.idOf(peer.nextWith("c.g")), rejection));
            assertThat(peer.next())
                    .as(rejection)
                    .contains("\"ok\":false,\"status\":")
                    .contains("\"message\":\"");
        }
        peer.send(call("f", "1"));
        peer.send("{\"e\":\"reject.g\",\"id\":" + RawPeer.idOf(peer.nextWith("c.g")) + "}");
        assertThat(peer.next()).contains("{\"ok\":false,\"status\":500,\"message\":\"Rejected\"}");
    }

    @Test
    void aDetailAddedToAReceivedRejectionIsSent() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("f", (name, payload, peer) -> {
            try {
                return peer.await("g", String.class);
            } catch (XyException e) {
                throw e.with("via", "f");
            }
        });
        RawPeer peer = connect(endpoint).send(call("f", "1"));
        peer.send(rejected(
                "g", RawPeer.idOf(peer.nextWith("c.g")), "{\"ok\":false,\"status\":409,\"message\":\"m\",\"a\":1}"));
        assertThat(peer.next())
                .isEqualTo(rejected("f", "1", "{\"ok\":false,\"status\":409,\"message\":\"m\",\"a\":1,\"via\":\"f\"}"));
    }

    @Test
    void anAnswerThatDoesNotFitItsTypeIsTheCallersToSee() {
        RawPeer peer = connect(endpoint());
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        peer.answerNext("f", "\"text\"");
        assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).cause().satisfies(error -> {
            assertThat(((XyException) error).status()).isEqualTo(502);
            assertThat(error).hasMessageContaining("'f'").hasMessageContaining("a number");
        });
    }

    @Test
    void failsTheCallWhenItsAnswerCannotBeReadAtAll() {
        XyEndpoint endpoint = endpoint(settings -> settings.json(new XyJson() {
            @Override
            public Object read(String json, java.lang.reflect.Type type) {
                throw new UnsupportedOperationException("no");
            }

            @Override
            public String write(Object value) {
                return "1";
            }
        }));
        RawPeer peer = connect(endpoint);
        CompletableFuture<BigDecimal> answer = peer.peer().call("f", BigDecimal.class);
        peer.answerNext("f", "1");
        assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(UnsupportedOperationException.class);
    }

    /** Or a peer could have that much done, and kept, on the thread that reads for others too. */
    @Test
    void aRejectionIsNotReadByTheThreadThatReceivesIt() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        Connection connection = ((ConnectionPeer) peer.peer()).connection;
        CompletableFuture<Integer> asked = peer.peer().call("ask", Integer.class);
        String id = RawPeer.idOf(peer.nextWith("ask"));
        String details = "{\"ok\":false,\"status\":409,\"message\":\"no\",\"all\":[" + "{},".repeat(300_000) + "{}]}";
        byte[] unasked = rejected("nobody asked", "\"none\"", details).getBytes(StandardCharsets.UTF_8);
        byte[] rejection = rejected("ask", id, details).getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        connection.onText(unasked, 0, unasked.length);
        connection.onText(rejection, 0, rejection.length);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(6L * details.length());
        await().until(asked::isCompletedExceptionally);
        assertThat(endpoint.statistics().unmatchedAnswers()).isEqualTo(1);
        assertThatThrownBy(asked::join).cause().isInstanceOfSatisfying(XyException.class, error -> assertThat(
                        error.status())
                .isEqualTo(409));
    }

    @Test
    void aFailingListenerIsLoggedOnceWithItsName() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().on("no\nte", (name, payload, peer) -> {
            throw new IllegalStateException("boom");
        });
        endpoint.handlers().on("known", (name, payload, peer) -> {
            throw new XyException(409, "forged\nline");
        });
        try (LogCapture log = new LogCapture()) {
            RawPeer peer = connect(endpoint);
            peer.send(event("no\\nte")).send(event("known")).assertAlive();
            assertThat(log.lines(Level.WARN))
                    .containsExactly("A listener of 'no?te' failed", "A listener of 'known' failed: 409 forged?line");
        }
    }

    @Test
    void aPeersTextInAnExceptionForgesNoLine() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("parse", String.class, text -> Integer.parseInt(text));
        endpoint.handlers().register("mapped", String.class, text -> {
            throw new XyException(503, "later", new IllegalStateException("no", new IllegalArgumentException(text)));
        });
        endpoint.handlers().on("parse", String.class, text -> {
            var unused = Integer.parseInt(text);
        });
        endpoint.handlers().on("closed", String.class, text -> {
            IllegalStateException failure = new IllegalStateException("no");
            failure.addSuppressed(new IllegalArgumentException(text));
            throw failure;
        });
        String text = "\"1\\nFORGED\\r\\u0085\\u2028FORGED\"";
        try (LogCapture log = new LogCapture()) {
            RawPeer peer = connect(endpoint);
            assertThat(peer.ask(call("parse", text, "1"))).contains("errorId");
            assertThat(peer.ask(call("mapped", text, "2"))).contains("503");
            peer.send(event("parse", text)).send(event("closed", text)).assertAlive();
            assertThat(log.lines(Level.ERROR)).hasSize(4);
            String all = log.whole(Level.ERROR);
            assertThat(all.split("[\\n\\r\\x85\\u2028]")).noneMatch(line -> line.startsWith("FORGED"));
            assertThat(all)
                    .contains("java.lang.NumberFormatException: For input string: \"1?FORGED???FORGED\"")
                    .contains("java.lang.IllegalArgumentException: 1?FORGED???FORGED")
                    .contains("at java.base/java.lang.Integer.parseInt(");
        }
    }

    @Test
    void whateverElseFailsWithAPeersTextForgesNoLine() {
        XyEndpoint endpoint = endpoint(settings -> settings.rateLimit((peer, clock) -> (traffic, name) -> {
                    throw new IllegalStateException("limit " + name);
                })
                .errorMapper(error -> {
                    throw new IllegalStateException("mapper " + error.getMessage());
                })
                .interceptor(Intercept.all((message, chain) -> {
                    throw new IllegalStateException("interceptor " + message.name());
                }))
                .connectionListener(new XyConnectionListener() {
                    @Override
                    public void connected(XyPeer peer) {}

                    @Override
                    public void disconnected(XyPeer peer, int code, String reason) {
                        throw new IllegalStateException("listener " + reason);
                    }
                }));
        try (LogCapture log = new LogCapture()) {
            RawPeer peer = connect(endpoint);
            peer.send(event("a\\nFORGED")).ask(call("a\\nFORGED", "1"));
            peer.close(1000, "a\nFORGED");
            await().until(() -> log.whole(Level.ERROR).contains("IllegalStateException: listener a?FORGED"));
            assertThat(log.whole(Level.ERROR))
                    .contains(
                            "IllegalStateException: limit a?FORGED",
                            "IllegalStateException: mapper interceptor a?FORGED",
                            "IllegalStateException: interceptor a?FORGED")
                    .doesNotContain("\nFORGED");
        }
    }

    /** A payload of a peer's, and what takes none such. */
    record Item(int amount) {}

    @Test
    void theLogHoldsNoPayloadThatCannotBeReadAtAnyLevel() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("f", Item.class, item -> item.amount());
        endpoint.handlers().register("relay", (name, payload, peer) -> peer.await("g", Item.class));
        endpoint.handlers().register("wrap", (name, payload, peer) -> {
            throw new IllegalStateException(
                    "no", catchThrowableOfType(XyException.class, () -> payload.as(Item.class)));
        });
        endpoint.handlers().on("f", Item.class, item -> {});
        endpoint.handlers().on("relay", (name, payload, peer) -> peer.await("g", Item.class));
        String secret = "{\"amount\":\"SECRET\"}";
        try (LogCapture log = new LogCapture(Level.TRACE)) {
            RawPeer peer = connect(endpoint);
            assertThat(peer.ask(call("f", secret, "1"))).contains("400");
            for (int i = 0; i < 3; i++) {
                peer.send(event("f", secret));
            }
            peer.send(event("relay")).answerNext("g", secret);
            peer.send(call("relay", "1", "2")).answerNext("g", secret);
            assertThat(peer.next()).contains("502");
            assertThat(peer.ask(call("wrap", secret, "3"))).contains("errorId");
            peer.assertAlive();
            assertThat(log.lines(Level.WARN)).hasSize(4);
            assertThat(log.lines(Level.DEBUG)).hasSizeGreaterThan(5);
            assertThat(log.whole(Level.TRACE))
                    .doesNotContain("SECRET")
                    .contains("XyBindingException: Invalid value at 'amount': expected a number")
                    .contains("InvalidFormatException");
        }
    }

    @Test
    void theLogHoldsNoPayloadWhoseTypeCannotBeRead() {
        ObjectMapper quoting = JsonMapper.builder()
                .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        XyEndpoint endpoint = endpoint(settings -> settings.json(XyJson.jackson2(quoting)));
        endpoint.handlers().register("f", Runnable.class, run -> null);
        try (LogCapture log = new LogCapture(Level.TRACE)) {
            assertThat(connect(endpoint).ask(call("f", "{\"amount\":\"SECRET\"}", "1")))
                    .contains("errorId");
            assertThat(log.whole(Level.TRACE))
                    .contains("can't be read: java.lang.Runnable")
                    .doesNotContain("SECRET");
        }
    }

    @Test
    void eventsThatCannotBeReadDoNotFillTheLog() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().on("known", (name, payload, peer) -> {
            throw new XyException(400, "no");
        });
        try (LogCapture log = new LogCapture()) {
            for (int peers = 0; peers < 2; peers++) {
                RawPeer peer = connect(endpoint);
                for (int i = 0; i < 100; i++) {
                    peer.send(event("known"));
                }
                peer.assertAlive();
            }
            String line = "A listener of 'known' failed: 400 no";
            assertThat(log.lines(Level.WARN)).containsExactly(line, line);
        }
    }

    @Test
    void anEventsErrorIsWhatTheApplicationsMappersMakeOfIt() {
        XyEndpoint endpoint = endpoint(settings -> settings.errorMapper(
                error -> error instanceof ArithmeticException ? new XyException(422, "no number") : null));
        endpoint.handlers().on("divided", (name, payload, peer) -> {
            throw new CompletionException(new ArithmeticException("/ by zero"));
        });
        try (LogCapture log = new LogCapture()) {
            connect(endpoint).send(event("divided")).assertAlive();
            assertThat(log.lines(Level.WARN)).containsExactly("A listener of 'divided' failed: 422 no number");
        }
    }

    @Test
    void theCauseOfAFaultInAListenerIsLoggedThoughAMapperKnowsIt() {
        IllegalStateException cause = new IllegalStateException("the disk is full");
        XyEndpoint endpoint = endpoint(settings -> settings.errorMapper(error -> new XyException(503, "later", error)));
        endpoint.handlers().on("stored", (name, payload, peer) -> {
            throw cause;
        });
        try (LogCapture log = new LogCapture()) {
            connect(endpoint).send(event("stored")).send(event("stored")).assertAlive();
            String line = "A listener of 'stored' failed";
            assertThat(log.lines(Level.ERROR)).containsExactly(line, line);
            assertThat(log.thrown()).containsOnly("the disk is full");
        }
    }

    @Test
    void whatIsLeftOutOfTheLogIsCountedInTheNextMinutesLine() {
        ManualClock clock = new ManualClock();
        EventFailures failures = new EventFailures(endpoint(settings -> settings.clock(clock)).context);
        XyException unreadable = new XyException(400, "no");
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 3; i++) {
                failures.onListenerFailure("known", unreadable);
            }
            clock.advance(millis(59_999));
            failures.onListenerFailure("known", unreadable);
            assertThat(log.lines(Level.WARN)).containsExactly("A listener of 'known' failed: 400 no");
            failures.onListenerFailure("known", new IllegalStateException("a fault of ours is always told"));
            failures.onListenerFailure("known", new XyException(503, "and takes nothing of the count"));
            clock.advance(millis(1));
            failures.onListenerFailure("known", unreadable);
            clock.advance(millis(60_000));
            failures.onListenerFailure("known", unreadable);
            assertThat(log.lines(Level.WARN))
                    .containsExactly(
                            "A listener of 'known' failed: 400 no",
                            "A listener of 'known' failed",
                            "A listener of 'known' failed: 503 and takes nothing of the count",
                            "A listener of 'known' failed: 400 no (and 3 more of this peer)",
                            "A listener of 'known' failed: 400 no");
        }
    }

    @Test
    void namesOfDetailsAreNotPartsOfEveryError() {
        for (String name : List.of("ok", "status", "message")) {
            assertThatThrownBy(() -> new XyException(400, "m").with(name, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new XyException(400, "m").with("a", 1).details()).isEqualTo(Map.of("a", 1));
        assertThat(new XyException(400, null).getMessage()).isEmpty();
    }
}
