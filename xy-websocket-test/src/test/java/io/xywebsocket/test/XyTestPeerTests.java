package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.xywebsocket.XyException;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyType;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.protocol.Prefixes;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class XyTestPeerTests {

    record Level(String sku, int amount) {}

    interface Stock {
        @XyRpc("stock.level")
        Level level(String sku);
    }

    private final XyEndpoint endpoint = XyEndpoint.builder().build();
    private final XyTestPeers peers = new XyTestPeers(endpoint);

    @AfterEach
    void close() {
        peers.close();
        endpoint.close();
    }

    @Test
    void callsFunctionsAndReadsTheirAnswers() {
        endpoint.handlers().register("stock.level", String.class, sku -> new Level(sku, 12));
        endpoint.handlers().register("stock.list", (name, payload, caller) -> List.of(new Level("A-1", 12)));
        endpoint.handlers().register("nothing", (name, payload, peer) -> null);
        XyTestPeer peer = peers.connect();

        assertThat(peer.await("stock.level", "A-1", Level.class)).isEqualTo(new Level("A-1", 12));
        assertThat(peer.call("stock.level", "B-7", Level.class).join().sku()).isEqualTo("B-7");
        assertThat(peer.await("stock.list", null, new XyType<List<Level>>() {})).containsExactly(new Level("A-1", 12));
        assertThat(peer.await("nothing", Void.class)).isNull();
        assertThat(peer.proxy(Stock.class).level("C-3").sku()).isEqualTo("C-3");
    }

    @Test
    void awaitsThatTheApplicationCancelsACall() {
        XyTestPeer peer = peers.builder().patience(Duration.ofMillis(1_000)).connect();
        CompletableFuture<Integer> answer = peer.peer().call("ask", Integer.class);
        CompletableFuture<Integer> other = peer.peer().call("other", Integer.class);
        XyTestCall<XyPayload> call = peer.awaitCall("ask");
        XyTestCall<XyPayload> otherCall = peer.awaitCall("other");
        answer.cancel(false);
        call.awaitCancel();
        call.awaitCancel();
        assertThatThrownBy(otherCall::awaitCancel)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("No cancellation of 'other' came within 1000 ms");
        peer.assertNoMore(); // a cancellation is no event and no call, and the answer isn't owed any more
        otherCall.resolve(1);
        assertThat(other.join()).isEqualTo(1);
    }

    @Test
    void cancelsACallOfItsOwn() throws Exception {
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        endpoint.handlers().register("hang", (name, payload, caller) -> {
            begun.complete(true);
            try {
                return new CompletableFuture<>().get();
            } catch (InterruptedException e) {
                interrupted.complete("interrupted");
                throw e;
            }
        });
        XyTestPeer peer = peers.connect();
        CompletableFuture<Void> call = peer.call("hang", Void.class);
        begun.get(5, TimeUnit.SECONDS);
        call.cancel(true);
        assertThat(interrupted.get(5, TimeUnit.SECONDS)).isEqualTo("interrupted");
        peer.assertNoMore();
    }

    @Test
    void keepsNothingOfACallThatHasBeenAnswered() {
        endpoint.handlers().register("echo", Integer.class, number -> number);
        XyTestPeer peer = peers.builder().patience(Duration.ofHours(1)).connect();

        WeakReference<CompletableFuture<Integer>> answered = new WeakReference<>(peer.call("echo", 1, Integer.class));
        peer.await("echo", 2, Integer.class);
        peer.assertNoMore();

        for (int i = 0; i < 100 && answered.get() != null; i++) {
            System.gc();
            peer.await("echo", i, Integer.class);
        }
        assertThat(answered.get()).isNull();
    }

    @Test
    void getsRejectionsWithTheirDetails() {
        endpoint.handlers().register("stock.take", (name, payload, peer) -> {
            throw new XyException(409, "Not enough").with("available", 3).with("code", null);
        });
        XyTestPeer peer = peers.connect();

        XyException rejection =
                catchThrowableOfType(XyException.class, () -> peer.await("stock.take", "A-1", Level.class));

        assertThat(rejection.status()).isEqualTo(409);
        assertThat(rejection).hasMessage("Not enough");
        assertThat(rejection.details()).containsEntry("available", 3).containsEntry("code", null);
        assertThatThrownBy(() -> peer.call("nobody", Void.class).join()).hasRootCauseMessage("'nobody' not found");
    }

    @Test
    void awaitsEventsOfDifferentNamesInAnyOrderAndThoseOfOneNameInTheirs() {
        XyTestPeer peer = peers.connect();
        endpoint.broadcaster().broadcast("stock.changed", new Level("A-1", 7));
        endpoint.broadcaster().broadcast("stock.changed", new Level("A-1", 6));
        endpoint.broadcaster().broadcast("note", "hello");
        endpoint.broadcaster().broadcast("bell");

        assertThat(peer.awaitEvent("bell").isPresent()).isFalse();
        assertThat(peer.awaitEvent("note", String.class)).isEqualTo("hello");
        assertThat(peer.awaitEvent("stock.changed", Level.class).amount()).isEqualTo(7);
        assertThat(peer.awaitEvent("stock.changed", Level.class).amount()).isEqualTo(6);
    }

    @Test
    void sendsEvents() {
        CompletableFuture<Level> heard = new CompletableFuture<>();
        endpoint.handlers().on("stock.counted", Level.class, heard::complete);

        assertThat(peers.connect().send("stock.counted", new Level("A-1", 5))).isTrue();

        assertThat(heard.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(new Level("A-1", 5));
    }

    @Test
    void answersAndRejectsTheApplicationsCalls() {
        XyTestPeer peer = peers.connect();

        CompletableFuture<Level> first = peer.peer().call("locate", "c1", Level.class);
        XyTestCall<String> call = peer.awaitCall("locate", String.class);
        assertThat(call.name()).isEqualTo("locate");
        assertThat(call.payload()).isEqualTo("c1");
        call.resolve(new Level("c1", 1));
        assertThat(first.join()).isEqualTo(new Level("c1", 1));

        CompletableFuture<Level> second = peer.peer().call("locate", "c2", Level.class);
        peer.awaitCall("locate").reject(new XyException(404, "Lost").with("since", "noon"));
        assertThatThrownBy(second::join).hasRootCauseMessage("Lost").rootCause().satisfies(error -> assertThat(
                        ((XyException) error).details())
                .isEqualTo(Map.of("since", "noon")));

        CompletableFuture<Level> third = peer.peer().call("locate", Level.class);
        peer.awaitCall("locate").resolve();
        assertThat(third.join()).isNull();
        assertThatThrownBy(() -> call.reject(500, "again"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("This call of 'locate' has been answered");
    }

    @Test
    void answersWithoutAPayloadAndWithAnOptionalOne() {
        XyTestPeer peer = peers.connect()
                .onCall("seven", () -> 7)
                .onCall("or", new XyType<Optional<Integer>>() {}, number -> number.orElse(-1));
        XyPeer view = peer.peer();
        assertThat(view.await("seven", Integer.class)).isEqualTo(7);
        assertThat(view.await("seven", "ignored", Integer.class)).isEqualTo(7);
        assertThat(view.await("or", 5, Integer.class)).isEqualTo(5);
        assertThat(view.await("or", Integer.class)).isEqualTo(-1);
        assertThat(view.await("or", null, Integer.class)).isEqualTo(-1);
    }

    @Test
    void answersByScriptAlsoWithWhatTheApplicationTellsItMeanwhile() {
        endpoint.handlers().register("stock.level", String.class, sku -> new Level(sku, 12));
        XyTestPeer peer = peers.connect();
        peer.onCall("twice", Integer.class, number -> 2 * number)
                .onCall("level", String.class, sku -> peer.await("stock.level", sku, Level.class))
                .onCall("never", XyPayload.class, none -> {
                    throw new XyException(403, "Never");
                });

        assertThat(peer.peer().await("twice", 21, Integer.class)).isEqualTo(42);
        assertThat(peer.peer().await("level", "A-1", Level.class).amount()).isEqualTo(12);
        assertThatThrownBy(() -> peer.peer().await("never", Void.class)).hasMessage("Never");
        peer.assertNoMore();
    }

    @Test
    void failsTheNextWaitWhenAScriptFails() {
        XyTestPeer peer = peers.connect();
        peer.onCall("odd", Integer.class, number -> {
            assertThat(number).isOdd();
            return true;
        });

        assertThatThrownBy(() -> peer.peer().await("odd", 2, Boolean.class)).hasMessageContaining("AssertionError");

        assertThatThrownBy(peer::assertNoMore)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("What the peer was told to do failed");
    }

    @Test
    void saysWhatWasReceivedInsteadOfWhatDidNotCome() {
        endpoint.handlers().register("slow", (name, payload, peer) -> new CompletableFuture<>());
        XyTestPeer peer = peers.builder().patience(Duration.ofMillis(50)).connect();
        endpoint.broadcaster().broadcast("note", "hello");
        peer.peer().call("confirm", "Sure?", Boolean.class);
        peer.assertNoMore("stock.changed"); // both have arrived

        String instead = "; received instead: event 'note' \"hello\", call 'confirm' \"Sure?\"";
        assertThatThrownBy(() -> peer.awaitEvent("stock.changed", Level.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("No event 'stock.changed' came within 50 ms" + instead);
        assertThatThrownBy(() -> peer.awaitCall("note"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("No call 'note' came within 50 ms" + instead);
        assertThatThrownBy(() -> peer.await("slow", Void.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("No answer of 'slow' came within 50 ms" + instead);
        assertThatThrownBy(() -> peer.withTimeout(Duration.ofMillis(20)).await("slow", Void.class))
                .hasMessage("No answer of 'slow' came within 20 ms" + instead);
        assertThatThrownBy(peer::awaitEnd)
                .isInstanceOf(AssertionError.class)
                .hasMessage("The connection is still open after 50 ms" + instead);
        assertThatThrownBy(() -> peer.awaitEvent("note", Level.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Expected a payload that is a " + Level.class.getTypeName()
                        + ", but received event 'note' \"hello\": ");
    }

    @Test
    void saysSoAtOnceWhenTheConnectionHasEnded() {
        XyTestPeer peer = peers.connect();
        peer.peer().close(4001, "enough");

        assertThatThrownBy(() -> peer.awaitEvent("note"))
                .hasMessage(
                        "No event 'note' came before the connection ended with 4001 'enough'; received instead: nothing");
        assertThat(peer.awaitEnd()).isEqualTo(new XyTestPeer.End(4001, "enough"));
        assertThat(peer.isOpen()).isFalse();
        assertThat(peer.send("note", "late")).isFalse();
        assertThatThrownBy(() -> peer.await("stock.level", Level.class)).isInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void readsAndWritesRawTexts() {
        endpoint.handlers().register("echo", (name, payload, caller) -> payload);
        XyTestPeer peer = peers.connect();

        peer.sendText("{\"id\":[1],\"p\":{\"a\":1},\"e\":\"c.echo\"}");
        assertThat(peer.awaitText()).isEqualTo("{\"e\":\"resolve.echo\",\"id\":[1],\"p\":{\"a\":1}}");

        peer.sendText("no JSON");
        assertThat(peer.awaitEnd().code()).isEqualTo(1007);
        assertThatThrownBy(() -> peer.sendText("more")).isInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void isWhoTheTestSaysItIs() {
        XyTestPeer peer = peers.builder()
                .principal("ada")
                .header("X-Depot", "north")
                .header("X-Depot", "south")
                .attribute("courier", "c1")
                .uri("/ws?lang=en")
                .remoteAddress("203.0.113.9")
                .connect();

        assertThat(endpoint.peers().find(peer.id())).contains(peer.peer());
        assertThat(peer.peer().principal()).extracting("name").isEqualTo("ada");
        assertThat(peer.peer().handshake().headers().get("x-depot")).containsExactly("north", "south");
        assertThat(peer.peer().handshake().uri().getQuery()).isEqualTo("lang=en");
        assertThat(peer.peer().attributes()).isEqualTo(Map.of("courier", "c1"));
        assertThat(peer.peer().handshake().remoteAddress()).isEqualTo("203.0.113.9");
        assertThat(peers.connect().peer().principal()).isNull();
        assertThat(peers.connect().peer().handshake().remoteAddress()).isNull();
    }

    @Test
    void isNoLongerAmongThePeersOnceItHasLeft() {
        XyTestPeer polite = peers.connect();
        XyTestPeer rude = peers.connect();
        XyTestPeer deaf = peers.connect();
        CompletableFuture<Void> pending = rude.peer().call("locate", Void.class);
        deaf.stopReading();

        polite.close(4000, "bye");
        assertThat(endpoint.peers().find(polite.id())).isEmpty();
        assertThat(polite.awaitEnd()).isEqualTo(new XyTestPeer.End(4000, "bye"));
        rude.abort();
        assertThat(endpoint.peers().find(rude.id())).isEmpty();
        assertThatThrownBy(pending::join).hasCauseInstanceOf(XyNotConnectedException.class);
        deaf.close();
        assertThat(endpoint.peers().size()).isZero();
        deaf.close();
    }

    @Test
    void sendsNoCodeThatNoCloseFrameMayBear() {
        XyTestPeer peer = peers.connect();
        for (int code : new int[] {0, 999, 1004, 1006, 1015, 2999, 5000}) {
            assertThatIllegalArgumentException().isThrownBy(() -> peer.close(code, "no"));
            assertThatIllegalArgumentException().isThrownBy(() -> peer.peer().close(code, "no"));
        }
        assertThat(peer.isOpen()).isTrue();
        peer.close(1005, ""); // a close frame without a code
        assertThat(endpoint.peers().size()).isZero();
    }

    @Test
    void whatItCatchesSaysWhatWasCalledAndOfWhom() {
        endpoint.handlers().register("take", (name, payload, peer) -> {
            throw new XyException(409, "Not enough");
        });
        endpoint.handlers().register("slow", (name, payload, peer) -> new CompletableFuture<>());
        XyTestPeer peer = peers.connect();
        String id = peer.id();
        assertThatThrownBy(() -> peer.await("take", 1, Void.class))
                .hasToString("io.xywebsocket.XyException: 409 calling 'take' of peer " + id + ": Not enough")
                .hasMessage("Not enough");
        CompletableFuture<Void> pending = peer.call("slow", Void.class);
        peer.peer().close(1008, "enough");
        assertThatThrownBy(pending::join).cause().isInstanceOfSatisfying(XyNotConnectedException.class, e -> {
            assertThat(e.function()).isEqualTo("slow");
            assertThat(e.peer()).isEqualTo(id);
            assertThat(e.closeCode()).hasValue(1008);
            assertThat(e.closeReason()).isEqualTo("enough");
        });
    }

    @Test
    void whateverItIsToldToThrowIsAnswered() {
        XyTestPeer peer = peers.connect();
        peer.onCall("f", Void.class, nothing -> {
            throw new IllegalStateException("no") {
                private static final long serialVersionUID = 1L;

                @Override
                @SuppressWarnings("OverrideThrowableToString")
                public String toString() {
                    throw this;
                }
            };
        });
        peer.onCall("g", Void.class, nothing -> {
            throw new XyException(409, "no") {
                private static final long serialVersionUID = 1L;

                @Override
                public int status() {
                    throw new IllegalStateException("no status");
                }
            };
        });
        for (String function : List.of("f", "g")) {
            assertThatThrownBy(() -> peer.peer().await(function, Void.class))
                    .isInstanceOfSatisfying(
                            XyException.class, e -> assertThat(e.status()).isEqualTo(500));
        }
        assertThatThrownBy(() -> peer.awaitEvent("none")).hasMessageContaining("was told to do failed");
    }

    @Test
    void failsItsOwnCallsWhenTheConnectionEnds() {
        endpoint.handlers().register("slow", (name, payload, peer) -> new CompletableFuture<>());
        XyTestPeer peer = peers.connect();
        CompletableFuture<Void> call = peer.call("slow", Void.class);

        peer.abort();

        assertThatThrownBy(call::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void receivesWhatWasSentMeanwhileOnceItReadsOn() {
        XyTestPeer peer = peers.connect();
        peer.stopReading();
        endpoint.broadcaster().broadcast("note", "hello");
        peer.assertNoMore();

        peer.readOn();

        assertThat(peer.awaitEvent("note", String.class)).isEqualTo("hello");
    }

    @Test
    void speaksOtherPrefixesAndRefusesAnEndpointWhosePrefixesItDoesNotKnow() {
        Prefixes others = new Prefixes("evt:", "call:", "ok:", "no:");
        try (XyEndpoint other = XyEndpoint.builder().prefixes(others).build();
                XyTestPeers speaking = new XyTestPeers(other, XyJson.plain(), others)) {
            other.handlers().register("echo", (name, payload, caller) -> payload);
            assertThat(speaking.connect().await("echo", 1, Integer.class)).isEqualTo(1);
        }
        try (XyTestPeers foreign = new XyTestPeers(endpoint, XyJson.plain(), others)) {
            assertThatThrownBy(foreign::connect)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The endpoint has other prefixes than these peers");
            assertThat(endpoint.peers().size()).isZero();
        }
    }
}
