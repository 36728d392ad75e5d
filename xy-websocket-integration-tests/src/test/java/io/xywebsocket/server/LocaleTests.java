package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyRpc;
import io.xywebsocket.engine.Intercept;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.test.XyTestPeers;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.context.i18n.LocaleContextHolder;

/** The language of a peer is what its handshake asks for. */
@Tag("server")
class LocaleTests {

    private static App app;

    static class Functions {
        static final List<String> seen = new CopyOnWriteArrayList<>();

        @XyRpc
        String locale() {
            return LocaleContextHolder.getLocale().toLanguageTag();
        }

        @XyRpc
        int weigh(@Min(1) int weight) {
            return weight;
        }

        @XyEvent
        void hear() {
            seen.add("listener " + locale());
        }

        @EventListener
        void connected(XyConnectedEvent event) {
            seen.add("connected " + locale());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneThread {
        @Bean
        ExecutorService xyWebSocketExecutor() {
            return Executors.newSingleThreadExecutor();
        }

        @Bean
        XyInterceptor interceptor() {
            return Intercept.all((message, chain) -> {
                Functions.seen.add(
                        "interceptor " + LocaleContextHolder.getLocale().toLanguageTag());
                return chain.proceed(message);
            });
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void forget() {
        Functions.seen.clear();
    }

    private static String locale(App app, String header) {
        try (RawClient client =
                app.handshake().header("Accept-Language", header).open()) {
            return Json.payload(client.call("locale", "null").next()).asText();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            de                          | de
            de-CH,de;q=0.9,en;q=0.1     | de-CH
            en;q=0.1, fr;q=0.9          | fr
            """)
    void isThatOfTheHandshake(String header, String locale) {
        assertThat(locale(app, header)).isEqualTo(locale);
    }

    @ParameterizedTest
    @ValueSource(strings = {";;;=,q=x", "de;q=high", "*", "-", "x, , ;q"})
    void isTheDefaultOneWhereTheHeaderSaysNothing(String header) {
        // a container may make more of it than we do
        assertThat(locale(app, header)).isIn(Locale.getDefault().toLanguageTag(), "de");
    }

    @Test
    void isTheDefaultOneWithoutAHeader() {
        try (RawClient client = app.connect()) {
            assertThat(Json.payload(client.call("locale", "null").next()).asText())
                    .isEqualTo(Locale.getDefault().toLanguageTag());
        }
    }

    @Test
    void isThatOfWhatIsSaidAboutViolatedConstraints() {
        try (RawClient german = app.handshake().header("Accept-Language", "de").open();
                RawClient english =
                        app.handshake().header("Accept-Language", "en").open()) {
            assertThat(german.call("weigh", "0").next()).contains("muss größer");
            assertThat(english.call("weigh", "0").next()).contains("must be greater");
        }
    }

    @Test
    void isThatOfAllThatRunsForThePeerAndLeftToNobodyElse() throws Exception {
        try (App other = App.of(Functions.class, OneThread.class)) {
            try (RawClient german =
                            other.handshake().header("Accept-Language", "de").open();
                    RawClient french =
                            other.handshake().header("Accept-Language", "fr").open()) {
                german.event("hear", "null");
                assertThat(german.call("locale", "null").next()).endsWith("\"p\":\"de\"}");
                assertThat(Functions.seen)
                        .containsSubsequence("connected de", "interceptor de", "listener de", "interceptor de");
                assertThat(french.call("locale", "null").next()).endsWith("\"p\":\"fr\"}");
            }
            Object left = other.bean(ExecutorService.class)
                    .submit(LocaleContextHolder::getLocaleContext)
                    .get();
            assertThat(left).isNull();
        }
    }

    @Test
    void isWhatTheApplicationsResolverSays() {
        try (App fixed = App.with("spring.web.locale=it", "spring.web.locale-resolver=fixed")
                .start(Functions.class)) {
            assertThat(locale(fixed, "de")).isEqualTo("it");
        }
    }

    @Test
    void isThatOfTheHeadersOfAPeerWithoutARequest() {
        try (XyTestPeers peers = new XyTestPeers(app.endpoint())) {
            assertThat(peers.builder()
                            .header("accept-language", "pt-BR,pt;q=0.5")
                            .connect()
                            .await("locale", null, String.class))
                    .isEqualTo("pt-BR");
            assertThat(peers.builder()
                            .header("accept-language", "!!!")
                            .connect()
                            .await("locale", null, String.class))
                    .isEqualTo(Locale.getDefault().toLanguageTag());
        }
    }
}
