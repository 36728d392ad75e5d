package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        Path store = selfSigned();
        String bundle = "spring.ssl.bundle.jks.town.";
        try (Applications applications = new Applications()) {
            ConfigurableApplicationContext server = applications.server(
                    Functions.class,
                    bundle + "keystore.location=" + store.toUri(),
                    bundle + "keystore.password=secret",
                    "server.ssl.bundle=town");
            String url = Applications.url(server).replace("ws://", "wss://");

            ConfigurableApplicationContext trusting = applications.plain(
                    Client.class,
                    bundle + "truststore.location=" + store.toUri(),
                    bundle + "truststore.password=secret",
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

    private Path selfSigned() throws Exception {
        Path store = folder.resolve("store.p12");
        String keytool = System.getProperty("java.home") + File.separator + "bin" + File.separator + "keytool";
        Process process = new ProcessBuilder(List.of(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "town",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "secret",
                        "-keystore",
                        store.toString()))
                .inheritIO()
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return store;
    }
}
