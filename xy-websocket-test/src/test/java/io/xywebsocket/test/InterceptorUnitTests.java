package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Unit tests of interceptors, as applications write them: a message, a chain as a lambda, and no frames. */
class InterceptorUnitTests {

    /** Only who has logged in may use what begins with "admin.". */
    static class LoggedInOnly implements XyInterceptor {

        @Override
        public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
            requireLogin(call);
            return chain.proceed(call);
        }

        @Override
        public @Nullable CompletionStage<?> incomingEvent(XyMessage event, Chain<@Nullable CompletionStage<?>> chain)
                throws Exception {
            requireLogin(event);
            return chain.proceed(event);
        }

        private static void requireLogin(XyMessage message) {
            if (message.name().startsWith("admin.") && message.peer().principal() == null) {
                throw new XyException(401, "Log in first");
            }
        }
    }

    /** Peers of an older version give distances in miles, and know no event "moved". */
    static class OldPeers implements XyInterceptor {

        @Override
        public CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain)
                throws Exception {
            return chain.proceed(call.withPayload(Map.of("unit", "miles")))
                    .thenApply(miles -> call.answer(miles.as(double.class) * 1.6));
        }

        @Override
        public boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
            return !event.name().equals("moved") && chain.proceed(event);
        }
    }

    private XyEndpoint endpoint;
    private XyTestPeers peers;
    private XyPeer nobody;
    private XyPeer ada;

    @BeforeEach
    void connect() {
        endpoint = XyEndpoint.builder().build();
        peers = new XyTestPeers(endpoint);
        nobody = peers.connect().peer();
        ada = peers.builder().principal("ada").connect().peer();
    }

    @AfterEach
    void disconnect() {
        peers.close();
        endpoint.close();
    }

    @Test
    void refusesACallWithoutALogin() throws Exception {
        LoggedInOnly interceptor = new LoggedInOnly();

        assertThatThrownBy(() -> interceptor.incomingCall(
                        XyMessage.incomingCall("admin.stop", XyPayload.none(), nobody), call -> "stopped"))
                .isInstanceOf(XyException.class)
                .hasMessage("Log in first");
        assertThat(interceptor.incomingCall(
                        XyMessage.incomingCall("admin.stop", XyPayload.none(), ada), call -> "stopped"))
                .isEqualTo("stopped");
        assertThat(interceptor.incomingCall(XyMessage.incomingCall("stock.level", "A-1", nobody), call -> 12))
                .isEqualTo(12);
    }

    @Test
    void refusesAnEventWithoutALogin() throws Exception {
        LoggedInOnly interceptor = new LoggedInOnly();
        List<XyMessage> heard = new ArrayList<>();
        CompletableFuture<Void> listening = new CompletableFuture<>();

        assertThatThrownBy(() -> interceptor.incomingEvent(
                        XyMessage.incomingEvent("admin.note", "x", nobody), event -> listening))
                .hasMessage("Log in first");
        XyMessage note = XyMessage.incomingEvent("admin.note", "x", ada);
        assertThat((Object) interceptor.incomingEvent(note, event -> {
                    heard.add(event);
                    return listening;
                }))
                .isSameAs(listening);
        assertThat(heard).containsExactly(note);
    }

    @Test
    void asksOldPeersInTheirUnit() throws Exception {
        List<String> sent = new ArrayList<>();
        XyMessage call = XyMessage.outgoingCall("distance", XyPayload.none(), nobody);

        CompletionStage<XyPayload> answer = new OldPeers().outgoingCall(call, message -> {
            sent.add(message.payload().json());
            return CompletableFuture.completedFuture(message.answer(10));
        });

        assertThat(sent).containsExactly("{\"unit\":\"miles\"}");
        assertThat(answer.toCompletableFuture().join().as(double.class)).isEqualTo(16);
    }

    @Test
    void keepsNewEventsFromOldPeers() throws Exception {
        XyInterceptor interceptor = new OldPeers();

        assertThat(interceptor.outgoingEvent(XyMessage.outgoingEvent("moved", 1, nobody), event -> true))
                .isFalse();
        assertThat(interceptor.outgoingEvent(XyMessage.outgoingEvent("note", 1, nobody), event -> true))
                .isTrue();
    }

    @Test
    void aMessageIsWhatItWasMadeAs() {
        record Wait(int longestWait) {}
        XyJson snakes = XyJson.jackson2(JsonMapper.builder()
                .findAndAddModules()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build());
        XyMessage event = XyMessage.of(
                XyMessage.Direction.OUT,
                XyMessage.Kind.EVENT,
                "wait",
                XyPayload.ofJson("{\"longest_wait\":3}", snakes),
                ada,
                snakes);

        assertThat(event).hasToString("XyMessage[OUT EVENT wait]");
        assertThat(event.direction()).isEqualTo(XyMessage.Direction.OUT);
        assertThat(event.kind()).isEqualTo(XyMessage.Kind.EVENT);
        assertThat(event.peer()).isEqualTo(ada);
        assertThat(event.payload().as(Wait.class).longestWait()).isEqualTo(3);
        assertThat(event.withPayload(new Wait(4)).payload().json()).isEqualTo("{\"longest_wait\":4}");
        assertThat(event.answer(new Wait(4)).json()).isEqualTo("{\"longest_wait\":4}");
        assertThat(XyMessage.incomingCall("f", null, ada).payload().isNull()).isTrue();
        assertThat(XyMessage.incomingCall("f", XyPayload.none(), ada).payload().isPresent())
                .isFalse();
        assertThatThrownBy(() -> XyMessage.incomingCall("f", new Object(), ada))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
