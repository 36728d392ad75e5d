package io.xywebsocket.depot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.depot.DepotApplication.Clerk;
import io.xywebsocket.depot.DepotApplication.Headquarters;
import io.xywebsocket.test.XyTestCall;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestPeer;
import io.xywebsocket.test.XyTestServers;
import io.xywebsocket.test.spring.XyTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The kit and an application's clients: the test is their server. */
class ClientKitTests {

    abstract static class Clients {

        @Autowired
        XyTestServers servers;

        @Autowired
        XyClient client;

        @Autowired
        Headquarters north;

        @Test
        void theServerCallsTheHandlersThatCallItBack(@Autowired Clerk clerk) {
            XyTestPeer server = servers.accept();

            CompletableFuture<Boolean> confirmed = server.call("confirm", "A-1", Boolean.class);
            XyTestCall<String> level = server.awaitCall("stock.level", String.class);
            assertThat(level.payload()).isEqualTo("A-1");
            level.resolve(12);
            assertThat(confirmed.join()).isTrue();

            server.send("note", "hello");
            server.assertNoMore();
            assertThat(clerk.notes).contains("hello");
        }

        @Test
        void eachClientHasItsOwnServerAndPrefixes() {
            XyTestPeer server = servers.accept("north");
            server.onCall("stock.level", String.class, String::length);

            assertThat(north.level("B-77")).isEqualTo(4);
            assertThat(server.await("confirm", String.class)).isEqualTo("north");
        }

        @RepeatedTest(20)
        void aClientComesBackAfterItsServerIsGone() {
            servers.accept().abort();
            XyTestPeer server = servers.accept();
            CompletableFuture<Integer> level = client.call("stock.level", "A-1", Integer.class);
            server.awaitCall("stock.level").resolve(1);
            assertThat(level.join()).isOne();
        }
    }

    @Nested
    @XyTest(
            properties = {
                "xy.websocket.client.url=ws://nowhere.invalid/ws",
                "xy.websocket.clients.north.url=wss://nowhere.invalid/north",
                "xy.websocket.clients.north.protocol.call-prefix=fn:"
            })
    class InTheSlice extends Clients {

        @Test
        void timeIsTheTests(@Autowired XyTestClock clock) {
            XyTestPeer server = servers.accept();
            CompletableFuture<Boolean> confirmed = server.call("confirm", "A-1", Boolean.class);
            server.awaitCall("stock.level");

            clock.advance(Duration.ofSeconds(5));

            assertThatThrownBy(confirmed::join).hasRootCauseMessage("No answer from 'stock.level' within 5000 ms");
        }

        @Test
        void callsFailWhereTheServerIsGone() {
            servers.accept("north").close(1001, "gone");

            assertThatThrownBy(() -> north.level("A-1")).isInstanceOf(XyNotConnectedException.class);
        }
    }

    @Nested
    @XyTest(
            handlers = Clerk.class,
            properties = {
                "xy.websocket.client.url=ws://nowhere.invalid/ws",
                "xy.websocket.clients.north.url=ws://nowhere.invalid/north"
            })
    class WithAMock {

        @MockitoBean(name = "xyClient")
        XyClient client;

        @Test
        void theApplicationStarts(@Autowired Clerk clerk) {
            assertThat(clerk.notes).isEmpty();
            assertThat(Mockito.mockingDetails(client).isMock()).isTrue();
            Mockito.verify(client).connect();
        }
    }

    @Nested
    @SpringBootTest(
            webEnvironment = WebEnvironment.NONE,
            properties = {
                "xy.websocket.client.url=ws://nowhere.invalid/ws",
                "xy.websocket.client.connect-timeout=1ms",
                "xy.websocket.client.max-tries=1",
                "xy.websocket.clients.north.url=wss://nowhere.invalid/north",
                "xy.websocket.clients.north.protocol.call-prefix=fn:"
            })
    @Import(XyTestServers.class)
    class InATestOfTheWholeApplicationThatSaysSo extends Clients {}
}
