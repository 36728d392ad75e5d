package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyTimeouts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A client has the settings of an endpoint, in whatever order they are made. */
class ClientSettingsTests extends WithClients {

    /** What these settings make of a client, in their order and in the opposite one. */
    @SafeVarargs
    private List<XyClientBuilder> bothWays(RawServer server, UnaryOperator<XyClientBuilder>... settings) {
        List<UnaryOperator<XyClientBuilder>> order = new ArrayList<>(List.of(settings));
        List<XyClientBuilder> builders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            XyClientBuilder builder = builder(server);
            order.forEach(setting -> setting.apply(builder));
            builders.add(builder);
            Collections.reverse(order);
        }
        return builders;
    }

    @Test
    void theCallTimeoutIsNotLostToAllTimeouts() {
        RawServer server = server();
        for (XyClientBuilder builder : bothWays(
                server,
                settings -> settings.callTimeout(millis(12_345)),
                settings -> settings.timeouts(XyTimeouts.DEFAULT.withSend(millis(20_000))))) {
            XyClient client = connect(builder);
            var unused = client.call("f", String.class);
            assertThat(server.next().nextWith("\"c.f\"")).contains("\"ttl\":12345");
        }
        XyClient client = connect(builder(server).timeouts(XyTimeouts.DEFAULT.withCall(millis(23_456))));
        var unused = client.call("f", String.class);
        assertThat(server.next().nextWith("\"c.f\"")).contains("\"ttl\":23456");
    }

    @Test
    void theExecutorIsNotLostToSharedThreads() {
        RawServer server = server();
        XyClientThreads threads = closing(XyClientThreads.create());
        Executor executor = task -> new Thread(task, "mine").start();
        for (XyClientBuilder builder :
                bothWays(server, settings -> settings.executor(executor), settings -> settings.threads(threads))) {
            XyClient client = connect(builder);
            client.handlers().register("thread", () -> Thread.currentThread().getName());
            assertThat(server.next().call("thread", "0", "1").next()).contains("\"mine\"");
        }
    }

    @Test
    void errorsAreMappedAsOnTheOtherSide() {
        RawServer server = server();
        XyClient client = connect(builder(server)
                .errorMapper(error -> error instanceof IllegalStateException ? new XyException(409, "mapped") : null)
                .includeMessage(true));
        client.handlers().register("mapped", () -> {
            throw new IllegalStateException();
        });
        client.handlers().register("unmapped", () -> {
            throw new UnsupportedOperationException("the text");
        });
        RawConnection connection = server.next();
        assertThat(connection.call("mapped", "0", "1").next()).contains("409", "mapped");
        assertThat(connection.call("unmapped", "0", "2").next()).contains("500", "the text");
    }

    @Test
    void limitsAreChecked() {
        RawServer server = server();
        XyLimits wide = XyLimits.DEFAULT.withMaxMessageSize(8 << 20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(server).limits(wide))
                .withMessageContaining("receive-buffer-size");
        XyClientBuilder tooSmall = builder(server).maxReceivedBytes(1000);
        assertThatIllegalArgumentException()
                .isThrownBy(tooSmall::build)
                .withMessageContaining("max-received-bytes (1000)");
    }

    @Test
    void twoClientsOfOneBuilderHaveTheirOwnListeners() {
        RawServer server = server();
        XyClientBuilder builder = builder(server);
        List<String> told = new CopyOnWriteArrayList<>();
        XyClient first = client(builder);
        first.onConnected(peer -> told.add("first"));
        XyClient second = client(builder);
        second.onConnected(peer -> told.add("second"));
        get(first.connect());
        get(second.connect());
        await().until(() -> told.size() >= 2);
        assertThat(told).containsExactly("first", "second");
    }
}
