package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyPeer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners of "connected" hold back, and whom they let in. */
class ConnectHookTests extends WithEndpoints {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ManualClock clock = new ManualClock();

    /** A listener that notes what it hears. */
    private final class Noting implements XyConnectionListener {

        private final String name;
        private final Consumer<XyPeer> connected;

        Noting(String name, Consumer<XyPeer> connected) {
            this.name = name;
            this.connected = connected;
        }

        @Override
        public void connected(XyPeer peer) {
            told.add(name + " connected");
            connected.accept(peer);
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            told.add(name + " disconnected " + code);
        }
    }

    @AfterEach
    void releaseListeners() {
        release.countDown();
    }

    private void hang() {
        entered.countDown();
        boolean interrupted = false;
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private XyEndpoint served(XyEndpointBuilder settings) {
        XyEndpoint endpoint = endpoint(same -> settings);
        endpoint.handlers().register("f", (name, payload, peer) -> ran.add("call"));
        endpoint.handlers().on("e", (name, payload, peer) -> ran.add("event"));
        return endpoint;
    }

    private XyEndpoint endpointWith(Consumer<XyPeer> connected) {
        return served(XyEndpoint.builder().connectionListener(new Noting("first", connected)));
    }

    /** Connects to it and has said something before the listener goes on. */
    private RawPeer talking(XyEndpoint endpoint) throws InterruptedException {
        RawPeer peer = connect(endpoint).send(event("e")).send(call("f", "1"));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        return peer;
    }

    /** What has been sent before has been read. */
    private void letRead(RawPeer peer) {
        peer.send("{\"e\":\"c.f\"}").nextWith("\"status\":400");
    }

    // ---- refused

    @ParameterizedTest
    @CsvSource({"401,4401", "403,4403", "400,1011", "404,1011", "429,1011", "503,1011"})
    void aListenerThatThrowsAnXyExceptionClosesThePeerWithItsMessage(int status, int code) throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> {
            hang();
            throw new XyException(status, "not you");
        });
        RawPeer peer = talking(endpoint);
        letRead(peer);
        release.countDown();
        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(code, "not you"));
        await().until(() -> told.contains("first disconnected " + code));
        assertThat(ran).isEmpty();
        assertThat(peer.frames()).isEmpty();
    }

    @Test
    void theTextOfAnyOtherExceptionStaysHere() {
        for (Throwable thrown : List.of(new IllegalStateException("secret"), new AssertionError("secret"))) {
            RawPeer peer = connect(endpointWith(each -> sneak(thrown)));
            assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1011, "Internal error"));
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anExceptionWhoseMethodsThrowLetsNobodyInEither() throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> {
            hang();
            throw new XyException(403, "no") {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new IllegalStateException("a bug");
                }
            };
        });
        RawPeer peer = talking(endpoint);
        letRead(peer);
        release.countDown();
        assertThat(peer.awaitClosed().code()).isEqualTo(1011);
        await().until(() -> told.contains("first disconnected 1011"));
        assertThat(ran).isEmpty();
    }

    @Test
    void anErrorMapperSaysWhatAnExceptionIs() {
        XyEndpoint endpoint = served(XyEndpoint.builder()
                .errorMapper(error ->
                        error instanceof UnsupportedOperationException ? new XyException(403, "mapped", error) : null)
                .connectionListener(new Noting("first", peer -> {
                    throw new UnsupportedOperationException("secret");
                })));
        assertThat(connect(endpoint).awaitClosed()).isEqualTo(new RawPeer.Closed(4403, "mapped"));
    }

    @Test
    void aReasonThatIsTooLongIsCut() {
        XyEndpoint endpoint = endpointWith(peer -> {
            throw new XyException(403, "é".repeat(200));
        });
        assertThat(connect(endpoint).awaitClosed()).isEqualTo(new RawPeer.Closed(4403, "é".repeat(61)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 4401, 4000})
    void nothingRunsOfAPeerThatAListenerHasClosed(int code) throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> {
            hang();
            peer.withTimeout(millis(1)).close(code, "no");
        });
        RawPeer peer = talking(endpoint);
        letRead(peer);
        release.countDown();
        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(code, "no"));
        await().until(() -> told.contains("first disconnected " + code));
        assertThat(ran).isEmpty();
    }

    @Test
    void nothingRunsOfAPeerThatIsRefusedWhenItHasGone() throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> {
            hang();
            throw new XyException(403, "no");
        });
        RawPeer peer = talking(endpoint);
        letRead(peer);
        peer.vanish();
        await().until(() -> !peer.peer().isOpen());
        assertThat(told).containsExactly("first connected");
        release.countDown();
        await().until(() -> told.equals(List.of("first connected", "first disconnected 1006")));
        assertThat(ran).isEmpty();
        await().until(() -> endpoint.context.orphanedBytes().bytes() == 0);
    }

    @Test
    void whatAPeerHasLeftRunsOnceItIsLetIn() throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> hang());
        RawPeer peer = talking(endpoint);
        letRead(peer);
        peer.vanish();
        await().until(() -> !peer.peer().isOpen());
        assertThat(ran).isEmpty();
        release.countDown();
        await().until(() -> ran.size() == 2 && told.contains("first disconnected 1006"));
    }

    // ---- who is told

    @Test
    void listenersBehindOneThatRefusesHearNothingAndTheOthersOfTheEnd() {
        XyEndpoint endpoint = served(XyEndpoint.builder()
                .connectionListener(new Noting("first", peer -> {}))
                .connectionListener(new Noting("second", peer -> {
                    throw new XyException(403, "no");
                }))
                .connectionListener(new Noting("third", peer -> {})));
        assertThat(connect(endpoint).awaitClosed().code()).isEqualTo(4403);
        await().until(() -> told.size() == 4);
        assertThat(told)
                .containsExactly(
                        "first connected", "second connected", "first disconnected 4403", "second disconnected 4403");
    }

    @Test
    void listenersBehindOneThatClosesThePeerHearNothing() {
        XyEndpoint endpoint = served(XyEndpoint.builder()
                .connectionListener(new Noting("first", peer -> peer.close(4000, "")))
                .connectionListener(new Noting("second", peer -> {})));
        assertThat(connect(endpoint).awaitClosed().code()).isEqualTo(4000);
        await().until(() -> told.equals(List.of("first connected", "first disconnected 4000")));
    }

    @Test
    void aDecoratorThatThrowsLetsNobodyIn() {
        XyEndpoint endpoint = served(XyEndpoint.builder()
                .connectionListener(new Noting("first", peer -> {}))
                .decorator(new XyHandlerDecorator() {
                    @Override
                    public XyConnectionListener connectionListener(XyConnectionListener listener) {
                        return new Noting("around", peer -> {
                            throw new XyException(401, "who?");
                        });
                    }
                }));
        assertThat(connect(endpoint).awaitClosed()).isEqualTo(new RawPeer.Closed(4401, "who?"));
    }

    // ---- held

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsAndEventsWaitForASlowListenerHoweverLongEventsHoldUpCalls(boolean asks) throws Exception {
        XyEndpoint endpoint = served(XyEndpoint.builder().clock(clock).connectionListener(new Noting("first", peer -> {
            if (asks) {
                entered.countDown();
                peer.attributes().put("name", peer.await("name?", String.class));
            } else {
                hang();
                peer.attributes().put("name", "Ann");
            }
        })));
        endpoint.handlers()
                .register("who", (name, payload, peer) -> peer.attributes().get("name"));
        RawPeer peer = talking(endpoint).send(call("who", "2"));
        String question = asks ? peer.nextWith("name?") : "";
        letRead(peer);
        clock.advance(endpoint.timeouts().eventOrder().multipliedBy(2));
        assertThat(peer.send(call("xy.alive", "3")).next()).contains("404", "xy.alive");
        assertThat(ran).isEmpty();
        assertThat(peer.frames()).isEmpty();

        release.countDown();
        if (asks) {
            peer.send(resolved("name?", RawPeer.idOf(question), "\"Ann\""));
        }
        assertThat(peer.nextWith("\"id\":2")).isEqualTo(resolved("who", "2", "\"Ann\""));
        await().until(() -> ran.size() == 2);
        clock.advance(endpoint.timeouts().call());
        assertThat(peer.send(call("who", "4")).nextWith("\"id\":4")).isEqualTo(resolved("who", "4", "\"Ann\""));
    }

    @Test
    void aCallThatWaitsForAListenerCanBeCancelled() throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> hang());
        RawPeer peer = talking(endpoint).send(deadlines("f", "1", "2", 60_000)).send(cancel("f", "2"));
        await().until(() -> endpoint.statistics().cancelledCalls() == 1);
        release.countDown();
        peer.nextWith("\"id\":1");
        assertThat(peer.ask(call("f", "3"))).contains("\"id\":3");
    }

    @Test
    void whatAListenerSendsToItsPeerArrives() throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> {
            peer.send("hello");
            hang();
        });
        assertThat(talking(endpoint).next()).isEqualTo(event("hello"));
    }

    @Test
    void aPeerIsClosedThatHasNotBeenLetInWithinTheCallTimeout() throws InterruptedException {
        XyEndpoint endpoint = served(XyEndpoint.builder()
                .clock(clock)
                .connectionListener(new Noting("first", peer -> hang()))
                .connectionListener(new Noting("second", peer -> {})));
        RawPeer peer = talking(endpoint);
        letRead(peer);
        clock.advance(endpoint.timeouts().call().minusMillis(1));
        assertThat(peer.isOpen()).isTrue();
        clock.advance(millis(1));
        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1013, "not ready in time"));
        await().until(() -> told.equals(List.of("first connected", "first disconnected 1013")));
        release.countDown();
        await().until(() -> isIdle(peer));
        assertThat(told).hasSize(2);
        assertThat(ran).isEmpty();
    }

    @Test
    void ofAConnectionThatEndsListenersHearWhenTheyHaveHeardOfItsBeginningOrHadTheirTime() throws InterruptedException {
        XyEndpoint endpoint =
                served(XyEndpoint.builder().clock(clock).connectionListener(new Noting("first", peer -> hang())));
        RawPeer peer = talking(endpoint);
        letRead(peer);
        peer.vanish();
        await().until(() -> !peer.peer().isOpen());
        clock.advance(endpoint.timeouts().call().minusMillis(1));
        assertThat(told).containsExactly("first connected");
        clock.advance(millis(1));
        await().until(() -> told.contains("first disconnected 1006"));
        assertThat(ran).isEmpty();
    }

    @Test
    void aShutdownIsNotHeldUpByAListenerThatHangs() throws Exception {
        XyEndpoint endpoint = endpointWith(peer -> hang());
        RawPeer peer = talking(endpoint);
        letRead(peer);
        endpoint.shutdown(millis(10)).get(10, TimeUnit.SECONDS);
        assertThat(peer.awaitClosed().code()).isEqualTo(1001);
        assertThat(ran).isEmpty();
    }

    // ---- broadcasts

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBroadcastLeavesOutWhoHasNotBeenLetIn(boolean intercepted) throws InterruptedException {
        AtomicBoolean first = new AtomicBoolean(true);
        XyEndpointBuilder settings = XyEndpoint.builder().connectionListener(new Noting("first", peer -> {
            if (!first.getAndSet(false)) {
                hang();
            }
        }));
        if (intercepted) {
            settings.interceptor(new XyInterceptor() {});
        }
        XyEndpoint endpoint = served(settings);
        RawPeer member = connect(endpoint);
        assertThat(member.ask(call("f", "1"))).contains("\"id\":1");
        RawPeer newcomer = talking(endpoint);

        List<XyPeer> asked = new CopyOnWriteArrayList<>();
        assertThat(endpoint.broadcaster().here().where(asked::add).send("news", 1))
                .isEqualTo(1);
        assertThat(endpoint.broadcaster().broadcastLatest("price", "A", 1)).isEqualTo(1);
        assertThat(asked).containsExactly(member.peer());
        assertThat(endpoint.peers().stream()).contains(newcomer.peer());
        release.countDown();
        newcomer.nextWith("\"id\":1");
        assertThat(endpoint.broadcaster().broadcast("more")).isEqualTo(2);
        assertThat(newcomer.next()).isEqualTo(event("more"));
        assertThat(newcomer.frames()).isEmpty();
    }

    // ---- the log

    @Test
    void refusalsAreOneLineAMinuteAndFaultsHaveATrace() {
        AtomicBoolean fault = new AtomicBoolean();
        XyEndpoint endpoint = endpointWith(peer -> {
            throw fault.get() ? new IllegalStateException("a bug") : new XyException(403, "a\nFORGED");
        });
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 20; i++) {
                connect(endpoint).awaitClosed();
            }
            assertThat(log.lines(Level.ERROR)).isEmpty();
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("4403", "403 a?FORGED")
                    .doesNotContain("\n");
            fault.set(true);
            RawPeer peer = connect(endpoint);
            peer.awaitClosed();
            await().until(() -> !log.lines(Level.ERROR).isEmpty());
            assertThat(log.lines(Level.ERROR))
                    .singleElement()
                    .asString()
                    .contains(peer.peer().id(), "1011");
            assertThat(log.whole(Level.ERROR)).contains("IllegalStateException: a bug");
        }
    }

    @Test
    void aPeerThatGoesWhileItIsAskedIsNoFault() throws InterruptedException {
        XyEndpoint endpoint = endpointWith(peer -> {
            entered.countDown();
            peer.await("name?", String.class);
        });
        try (LogCapture log = new LogCapture()) {
            RawPeer peer = talking(endpoint);
            peer.nextWith("name?");
            peer.vanish();
            await().until(() -> told.contains("first disconnected 1006"));
            assertThat(log.lines(Level.ERROR)).isEmpty();
            assertThat(log.lines(Level.WARN)).isEmpty();
        }
    }

    // ---- the other way

    @Test
    void anEndpointThatHoldsNobodyServesThemMeanwhile() {
        XyEndpoint endpoint =
                served(XyEndpoint.builder().holdPeers(false).connectionListener(new Noting("first", peer -> {
                    entered.countDown();
                    peer.await("challenge", String.class);
                })));
        RawPeer peer = connect(endpoint);
        String challenge = peer.nextWith("challenge");
        assertThat(peer.ask(call("f", "1"))).contains("resolve.f");
        assertThat(endpoint.broadcaster().broadcast("news")).isEqualTo(1);
        assertThat(told).containsExactly("first connected");
        peer.send(resolved("challenge", RawPeer.idOf(challenge), "\"answer\""));
    }
}
