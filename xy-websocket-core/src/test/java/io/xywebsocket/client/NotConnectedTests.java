package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyNotConnectedException;
import java.net.ConnectException;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of a client that is not connected are told why it isn't. */
class NotConnectedTests extends WithClients {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static XyNotConnectedException caught(XyClient client) {
        XyNotConnectedException e =
                catchThrowableOfType(XyNotConnectedException.class, () -> hereTheCallerStands(client));
        assertThat(e.function()).isEqualTo("add");
        assertThat(e).hasMessageStartingWith("Not connected: 'add'");
        assertThat(e.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("hereTheCallerStands"));
        return e;
    }

    private static Integer hereTheCallerStands(XyClient client) {
        return client.await("add", 1, Integer.class);
    }

    /** Both while the first try is under way, and in the pause after it. */
    private void assertSaysWhy(XyClient client, String text, @Nullable Class<? extends Throwable> kind) {
        client.connect();
        CompletableFuture<Integer> call = client.call("add", 1, Integer.class);
        for (Throwable e : new Throwable[] {failure(call), caught(client)}) {
            assertThat(e.getCause()).hasMessageContaining(text);
            if (kind != null) {
                assertThat(e.getCause().getCause()).isInstanceOf(kind);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 503})
    void aServerThatRefuses(int status) {
        RawServer server = server().manner(RawServer.refuse(status));
        assertSaysWhy(
                client(builder(server).backoff(LONG, LONG)),
                "refused with status " + status,
                WebSocketHandshakeException.class);
    }

    @Test
    void aCertificateThatIsNotTrusted() {
        RawServer server = closing(RawServer.secure(SelfSigned.forLocalhost().server()));
        assertSaysWhy(
                client(builder(server).backoff(LONG, LONG)), "SSLHandshakeException", SSLHandshakeException.class);
    }

    @Test
    void aServerThatIsNotThere() {
        RawServer server = server();
        server.close();
        assertSaysWhy(client(builder(server).backoff(LONG, LONG)), "ConnectException", ConnectException.class);
    }

    @Test
    void aCallThatHasWaitedInVain() {
        RawServer server = server().manner(RawServer.refuse(401));
        XyClient client = client(builder(server).waitForConnection(true));
        client.connect();
        await().until(() -> server.requests().size() >= 2);
        XyException e = catchThrowableOfType(
                XyException.class, () -> client.withTimeout(millis(50)).await("add", 1, Integer.class));
        assertThat(e).isInstanceOf(XyNotConnectedException.class);
        assertThat(e.getCause()).hasMessageContaining("401");
    }

    @Test
    void aConnectionThatTheServerEnds() {
        RawServer server = server();
        XyClient client = connect(builder(server).backoff(LONG, LONG));
        CompletableFuture<Integer> pending = client.call("slow", 1, Integer.class);
        RawConnection connection = server.next();
        connection.next();
        connection.close(1009, "too large");
        assertThat(failure(pending))
                .isInstanceOfSatisfying(XyNotConnectedException.class, e -> assertThat(e.closeCode())
                        .hasValue(1009))
                .cause()
                .hasMessage("The connection ended with 1009 too large");
        await().until(() -> client.state() == XyClient.State.WAITING);
        await().untilAsserted(() -> {
            XyNotConnectedException e = caught(client);
            assertThat(e.closeCode()).hasValue(1009);
            assertThat(e.closeReason()).isEqualTo("too large");
        });
    }

    @Test
    void aClientThatIsNotToldToConnectOrClosed() {
        RawServer server = server().manner(RawServer.refuse(401));
        XyClient client = client(builder(server).backoff(LONG, LONG));
        assertThat(caught(client).getCause()).hasMessage("The client has not been told to connect");
        assertThat(firstRetry(client).cause()).isInstanceOf(WebSocketHandshakeException.class);
        client.close();
        assertThat(caught(client).getCause()).hasMessage("The client is closed");
        assertThat(caught(client).getCause().getCause()).hasMessageContaining("401");
    }

    @Test
    void whatWasTrueOfAnEarlierConnectionIsForgotten() {
        RawServer server = server().manner(RawServer.refuse(401));
        XyClient client = client(server);
        client.connect();
        await().until(() -> server.requests().size() >= 2);
        server.manner(RawServer.welcome());
        get(client.connect());
        server.next().close(4003, "kicked");
        server.manner(RawServer.refuse(503));
        await().untilAsserted(
                        () -> assertThat(caught(client).getCause().toString()).contains("503"));
    }

    /** Its texts stand in what is logged and thrown. */
    @Test
    void aSourceOfHeadersMayThrowWhatItLikes() {
        RawServer server = server();
        AtomicInteger asked = new AtomicInteger();
        XyClient client = client(builder(server).headers(() -> {
            if (asked.incrementAndGet() < 4) {
                throw new Speechless();
            }
            return Map.of();
        }));
        get(client.connect());
        assertThat(asked).hasValue(4);
    }

    @SuppressWarnings("OverrideThrowableToString")
    private static final class Speechless extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw this;
        }

        @Override
        public String toString() {
            throw this;
        }

        @Override
        public synchronized Throwable getCause() {
            throw this;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw this;
        }
    }
}
