package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.server.SelfSignedStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

class TlsTests {

    @TempDir
    Path folder;

    static class Functions {
        @XyRpc
        String hello() {
            return "hello";
        }
    }

    @Import(News.class)
    static class Client {}

    @Test
    void trustsTheServersOfItsSslBundleAndNoOthers() throws Exception {
        Path store = SelfSignedStore.in(folder).file();
        String bundle = "spring.ssl.bundle.jks.town.";
        try (Applications applications = new Applications()) {
            ConfigurableApplicationContext server = applications.server(
                    Functions.class,
                    bundle + "keystore.location=" + store.toUri(),
                    bundle + "keystore.password=" + SelfSignedStore.PASSWORD,
                    "server.ssl.bundle=town");
            String url = Applications.url(server).replace("ws://", "wss://");

            ConfigurableApplicationContext trusting = applications.plain(
                    Client.class,
                    bundle + "truststore.location=" + store.toUri(),
                    bundle + "truststore.password=" + SelfSignedStore.PASSWORD,
                    "xy.websocket.client.url=" + url,
                    "xy.websocket.client.wait-for-connection=true",
                    "xy.websocket.client.ssl.bundle=town");
            assertThat(trusting.getBean(XyClient.class).<String>await("hello", String.class))
                    .isEqualTo("hello");

            ConfigurableApplicationContext wary = applications.plain(Client.class, "xy.websocket.client.url=" + url);
            await().untilAsserted(
                            () -> assertThat(wary.getBean(News.class).heard).contains(" retrying: 1"));
            assertThat(wary.getBean(News.class).heard).doesNotContain(" connected: true");
        }
    }
}
