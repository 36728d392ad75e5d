package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.engine.XyEndpoint;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class AssertNoMoreTests {

    private final XyEndpoint endpoint =
            XyEndpoint.builder().clock(new XyTestClock()).build();
    private final XyTestPeers peers = new XyTestPeers(endpoint);

    @AfterEach
    void close() {
        peers.close();
        endpoint.close();
    }

    @RepeatedTest(50)
    void seesWhatTheListenersOfEarlierEventsSend() {
        endpoint.handlers().on("note", String.class, (note, peer) -> {
            Thread.yield();
            endpoint.broadcaster().broadcast("noted", note);
        });
        XyTestPeer sender = peers.connect();
        XyTestPeer other = peers.connect();

        sender.send("note", "hello");

        assertThatThrownBy(other::assertNoMore)
                .isInstanceOf(AssertionError.class)
                .hasMessage("Expected no more events and calls, but received event 'noted' \"hello\"");
        assertThatThrownBy(() -> sender.assertNoMore("noted"))
                .hasMessage("Expected no more 'noted', but received event 'noted' \"hello\"");
        sender.assertNoMore("other");
    }

    @RepeatedTest(50)
    void seesWhatAFunctionSendsThatHasNotAnsweredYet() {
        endpoint.handlers().register("work", String.class, (word, peer) -> {
            Thread.yield();
            int length = peer.await("length", word, Integer.class);
            return peer.send("worked", length);
        });
        XyTestPeer peer = peers.connect().onCall("length", String.class, String::length);

        peer.call("work", "hello", Boolean.class);

        assertThatThrownBy(peer::assertNoMore).hasMessageEndingWith("received event 'worked' 5");
    }

    @Test
    void doesNotWaitLongForAHandlerThatWaitsForTheTest() {
        endpoint.handlers().register("ask", String.class, (word, peer) -> peer.await("confirm", word, Boolean.class));
        XyTestPeer peer = peers.connect();
        peer.call("ask", "sure?", Boolean.class);
        XyTestCall<String> confirm = peer.awaitCall("confirm", String.class);

        long began = System.nanoTime();
        peer.assertNoMore();
        assertThat(System.nanoTime() - began).isLessThan(Duration.ofSeconds(2).toNanos());
        confirm.resolve(true);
        peer.assertNoMore();
    }

    @Test
    void waitsNoLongerThanForAnythingElseForAHandlerThatNeverReturns() {
        CountDownLatch never = new CountDownLatch(1);
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            never.await();
            return null;
        });
        XyTestPeer peer = peers.builder().patience(Duration.ofMillis(50)).connect();
        var call = peer.call("hang", Void.class);
        peer.assertNoMore();
        never.countDown();
        assertThat(call).isNotNull();
    }

    @Test
    void listsNoMoreThanCanBeRead() {
        XyTestPeer peer = peers.connect();
        for (int i = 0; i < 25; i++) {
            endpoint.broadcaster().broadcast("tick", "x".repeat(i == 0 ? 300 : 1));
        }
        assertThatThrownBy(peer::assertNoMore)
                .hasMessageContaining("event 'tick' \"" + "x".repeat(199) + "…, event 'tick' \"x\", ")
                .hasMessageEndingWith("event 'tick' \"x\" and 5 more");
    }
}
