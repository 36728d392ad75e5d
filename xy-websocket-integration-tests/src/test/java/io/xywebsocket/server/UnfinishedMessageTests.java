package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyRpc;
import io.xywebsocket.engine.XyEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What peers make a server hold: messages that they begin and don't end, calls that run for long. */
@Tag("server")
class UnfinishedMessageTests {

    private static final byte[] NOTHING = new byte[0];
    private static final String BEGIN = "{\"e\":\"c.echo\",\"id\":1,\"p\":\"";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A fragment that begins a compressed message. */
    private static byte[] deflated(String text) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(bytes(text));
        byte[] buffer = new byte[100_000];
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        compressed.write(buffer, 0, deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH));
        deflater.end();
        return compressed.toByteArray();
    }

    private static long received(App app) {
        return app.endpoint().statistics().receivedBytes();
    }

    private static void assertServed(App app) {
        try (RawClient bystander = app.connect()) {
            assertThat(bystander.call("echo", "1").next()).endsWith("\"p\":1}");
        }
    }

    private static void awaitNothingLeft(App app) {
        await().until(() -> received(app) == 0);
    }

    @Test
    void mustEndInTimeHoweverSmallTheSteps() {
        try (App app = App.with("xy.websocket.message-timeout=500ms", "xy.websocket.idle-timeout=300ms")
                        .start(Functions.class);
                RawClient client = app.connect()) {
            client.frame(RawClient.TEXT, bytes(BEGIN));
            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                try {
                    client.frame(RawClient.CONTINUATION, bytes("x"));
                } catch (UncheckedIOException closed) {
                    return true;
                }
                return !client.isOpen();
            });
            assertThat(client.closing()).isEqualTo(new RawClient.Closing(1008, "message not ended within 500 ms"));
            assertServed(app);
            awaitNothingLeft(app);
        }
    }

    private static List<RawClient> attack(App app, int firstByte, byte[] fragment) {
        List<RawClient> attackers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawClient attacker = app.handshake()
                    .header("Sec-WebSocket-Extensions", "permessage-deflate")
                    .open();
            attackers.add(attacker);
            attacker.frame(firstByte, fragment);
            assertThat(received(app)).isLessThan(3_300_000);
            assertServed(app);
        }
        return attackers;
    }

    /** The attack of those who need no login, at a smaller size. */
    @Test
    void areBoundedForAllPeersTogether() {
        try (App app = App.with("xy.websocket.max-received-bytes=3MB").start(Functions.class)) {
            List<RawClient> attackers = attack(app, RawClient.TEXT, bytes(BEGIN + "x".repeat(900_000)));
            await().until(() ->
                    attackers.stream().filter(each -> !each.isOpen()).count() >= 17);
            assertThat(attackers).filteredOn(each -> !each.isOpen()).allSatisfy(each -> assertThat(each.closing())
                    .isEqualTo(new RawClient.Closing(1013, "too much received at once")));
            assertThat(received(app)).isGreaterThan(800_000);

            RawClient finishes = attackers.stream()
                    .filter(RawClient::isOpen)
                    .reduce((one, other) -> other)
                    .orElseThrow();
            assertThat(finishes.frame(0x80 | RawClient.CONTINUATION, bytes("\"}"))
                            .next())
                    .hasSizeGreaterThan(900_000);
            attackers.forEach(RawClient::vanish);
            awaitNothingLeft(app);
        }
    }

    /** Compressed, the attack costs next to nothing, those who begin it as well as the server. */
    @Test
    void holdNoMoreThanHasComeOfThemWhereTheyAreCompressed() {
        try (App app = App.with("xy.websocket.max-received-bytes=3MB", "xy.websocket.compression=true")
                .start(Functions.class)) {
            byte[] fragment = deflated(BEGIN + "x".repeat(900_000));
            List<RawClient> attackers = attack(app, 0x40 | RawClient.TEXT, fragment);

            await().until(() -> received(app) >= 20L * fragment.length);
            assertThat(received(app)).isLessThan(20 * (2L * fragment.length + 1_000));
            assertThat(attackers).allMatch(RawClient::isOpen);
            attackers.forEach(RawClient::vanish);
            awaitNothingLeft(app);
        }
    }

    @Test
    void floodsOfEmptyFragmentsCountForTheRate() {
        try (App app = App.with("xy.websocket.rate-limit.per-peer=100/1h", "xy.websocket.rate-limit.max-refused=100/1h")
                        .start(Functions.class);
                RawClient client = app.connect()) {
            client.frame(RawClient.TEXT, NOTHING);
            try {
                for (int i = 0; i < 5_000; i++) {
                    client.frame(RawClient.CONTINUATION, i % 2 == 0 ? NOTHING : bytes(" "));
                }
            } catch (UncheckedIOException closed) {
                // before the last
            }
            assertThat(client.closing()).isEqualTo(new RawClient.Closing(1008, "rate limit"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RawClient.PING, RawClient.PONG})
    void floodsOfControlFramesCountForTheRate(int opcode) {
        try (App app = App.with("xy.websocket.rate-limit.per-peer=100/1h", "xy.websocket.rate-limit.max-refused=100/1h")
                        .start(Functions.class);
                RawClient client = app.connect()) {
            try {
                for (int i = 0; i < 5_000; i++) {
                    client.frame(0x80 | opcode, NOTHING);
                }
            } catch (UncheckedIOException closed) {
                // before the last
            }
            assertThat(client.closing()).isEqualTo(new RawClient.Closing(1008, "rate limit"));
        }
    }

    /** Containers hand a frame over in pieces of their own, which are none of the peer's. */
    @Test
    void aLargeMessageIsOneFrameForTheRate() {
        try (App app = App.with("xy.websocket.rate-limit.per-peer=5/1h").start(Functions.class);
                RawClient client = app.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.call("echo", "\"" + "x".repeat(900_000) + "\"")
                                .next())
                        .contains("resolve.echo");
            }
            client.sendInFragments(BEGIN + "x".repeat(300_000) + "\"}", 10_000);
            assertThat(client.next()).contains("resolve.echo");
        }
    }

    // ---- calls that run for long

    @Configuration(proxyBeanMethods = false)
    static class Texts {

        static final List<WeakReference<String>> SEEN = new CopyOnWriteArrayList<>();

        @Bean
        Blocking blocking(Functions functions) {
            return new Blocking(functions);
        }

        /** Sees each payload before its function does. */
        @Bean
        XyHandlerDecorator watch() {
            return new XyHandlerDecorator() {
                @Override
                public XyFunction function(XyHandlerInfo handler, XyFunction function) {
                    return (called, payload, peer) -> {
                        SEEN.add(new WeakReference<>(payload.json()));
                        return function.call(called, payload, peer);
                    };
                }
            };
        }
    }

    record Blocking(Functions functions) {

        record Sizes(String text) {}

        @XyRpc
        void without() throws InterruptedException {
            functions.hold(0);
        }

        @XyRpc
        int bound(Sizes sizes) throws InterruptedException {
            functions.hold(0);
            return sizes.text().length();
        }

        @XyRpc
        int members(int a, String b) throws InterruptedException {
            functions.hold(0);
            return a + b.length();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"without", "bound", "members"})
    void whatRunsIsBoundedAndKeepsNoText(String function) {
        Texts.SEEN.clear();
        try (App app = App.with("xy.websocket.receive-buffer-size=2MB").start(Functions.class, Texts.class);
                RawClient client = app.connect()) {
            String payload = "{\"a\":1,\"b\":\"b\",\"text\":\"" + "x".repeat(500_000) + "\"}";
            for (int i = 0; i < 40; i++) {
                client.call(function, payload, "" + i);
                assertThat(received(app)).isLessThan(2_700_000); // and the one that is arriving
            }
            for (int i = 0; i < 36; i++) {
                assertThat(client.next()).contains("\"status\":429");
            }
            await().until(() -> app.bean(Functions.class).held.get() == 4);
            assertThat(Texts.SEEN).hasSize(4);
            await().until(() -> {
                System.gc();
                return Texts.SEEN.stream().allMatch(text -> text.get() == null);
            });
            assertServed(app);

            app.bean(Functions.class).letGo();
            for (int i = 0; i < 4; i++) {
                assertThat(client.next()).contains("resolve." + function);
            }
            awaitNothingLeft(app);
        }
    }

    @Test
    void anIdOrANameThatIsTooLongIsRefusedWithoutBeingRepeated() {
        try (App app = App.of(Functions.class);
                RawClient client = app.connect()) {
            for (String call : Arrays.asList(
                    "{\"e\":\"c.hold\",\"id\":\"" + "x".repeat(900_000) + "\"}",
                    "{\"e\":\"c." + "x".repeat(900_000) + "\",\"id\":1}",
                    "{\"e\":\"c." + "x".repeat(900_000) + "\"}")) {
                assertThat(client.send(call).next()).contains("\"status\":400").hasSizeLessThan(500);
            }
            XyEndpoint endpoint = app.endpoint();
            assertThat(endpoint.statistics().refusedCalls()).isEqualTo(3);
            awaitNothingLeft(app);
        }
    }
}
