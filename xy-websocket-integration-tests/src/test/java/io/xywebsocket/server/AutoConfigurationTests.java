package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyEndpointCustomizer;
import io.xywebsocket.spring.autoconfigure.ReactiveNoticeAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.UnservedEndpointAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.XyClientAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.XyWebSocketAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.XyWebSocketProperties;
import io.xywebsocket.spring.handlers.AnnotatedHandlers;
import io.xywebsocket.spring.server.SessionLogins;
import io.xywebsocket.spring.server.XyEndpointLifecycle;
import io.xywebsocket.spring.server.XyHandshakes;
import jakarta.servlet.Filter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

@ExtendWith(OutputCaptureExtension.class)
class AutoConfigurationTests {

    private static final AutoConfigurations OURS = AutoConfigurations.of(
            XyWebSocketAutoConfiguration.class,
            ReactiveNoticeAutoConfiguration.class,
            UnservedEndpointAutoConfiguration.class);

    private final WebApplicationContextRunner servlet = new WebApplicationContextRunner().withConfiguration(OURS);

    @Configuration(proxyBeanMethods = false)
    static class OwnBeans {

        private final XyEndpoint other = XyEndpoint.builder().build();

        @Bean
        XyJson json() {
            return XyJson.jackson2(new ObjectMapper());
        }

        @Bean
        XyEndpoint endpoint() {
            return other;
        }

        @Bean
        XyHandlers handlers() {
            return XyEndpoint.builder().build().handlers();
        }

        @Bean
        XyPeers peers() {
            return XyEndpoint.builder().build().peers();
        }

        @Bean
        XyPresence presence() {
            return XyEndpoint.builder().build().presence();
        }

        @Bean
        XyGroups groups() {
            return XyEndpoint.builder().build().groups();
        }

        @Bean
        XyBroadcaster broadcaster() {
            return XyEndpoint.builder().build().broadcaster();
        }

        @Bean
        SessionLogins logins() {
            return session -> List.of();
        }

        @Bean
        AnnotatedHandlers annotated(ConfigurableListableBeanFactory beans, XyHandlers handlers) {
            return new AnnotatedHandlers(beans, handlers);
        }

        @Bean
        XyEndpointLifecycle lifecycle(XyEndpoint endpoint) {
            return new XyEndpointLifecycle(endpoint, Duration.ZERO, Duration.ZERO);
        }

        @Bean
        WebSocketHandlerMapping xyWebSocketHandlerMapping(XyEndpoint endpoint) {
            return new XyHandshakes(endpoint).mapping("/own");
        }

        @Bean
        SimpleUrlHandlerMapping xyScriptMapping() {
            return new SimpleUrlHandlerMapping();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnExecutor {

        final AtomicInteger tasks = new AtomicInteger();

        @Bean
        Executor xyWebSocketExecutor() {
            return task -> {
                tasks.incrementAndGet();
                new Thread(task, "own-thread").start();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customized {
        @Bean
        XyEndpointCustomizer shorter() {
            return endpoint -> endpoint.timeouts(XyTimeouts.DEFAULT
                    .withCall(Duration.ofMillis(1))
                    .withHeartbeatInterval(Duration.ofMillis(2))
                    .withSend(Duration.ofMillis(3))
                    .withEventOrder(Duration.ofMillis(4)));
        }
    }

    @Test
    void configuresAnEndpointInAServletApplication() {
        servlet.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context).hasSingleBean(XyEndpoint.class);
            assertThat(context).hasSingleBean(XyHandlers.class);
            assertThat(context).hasSingleBean(XyPeers.class);
            assertThat(context).hasSingleBean(XyPresence.class);
            assertThat(context).hasSingleBean(XyGroups.class);
            assertThat(context).hasSingleBean(XyBroadcaster.class);
            assertThat(context).hasSingleBean(XyJson.class);
            assertThat(context).hasSingleBean(AnnotatedHandlers.class);
            assertThat(context).hasSingleBean(XyEndpointLifecycle.class);
            assertThat(context).hasBean("xyWebSocketHandlerMapping").hasBean("xyScriptMapping");
            assertThat(context.getBean(XyHandlers.class))
                    .isSameAs(context.getBean(XyEndpoint.class).handlers());
            assertThat(context.getBean(XyEndpoint.class).limits()).isEqualTo(XyLimits.DEFAULT);
            assertThat(context.getBean(XyEndpoint.class).timeouts()).isEqualTo(XyTimeouts.DEFAULT);
        });
    }

    @Test
    void isOffIfToldSo() {
        servlet.withPropertyValues("xy.websocket.enabled=false", "xy.websocket.ticket-path=/ticket")
                .withUserConfiguration(Announcer.class, Functions.class)
                .run(AutoConfigurationTests::assertUnserved);
    }

    @Test
    void servesNothingInAnApplicationThatIsNoWebApplication(CapturedOutput output) {
        new ApplicationContextRunner()
                .withConfiguration(OURS)
                .withUserConfiguration(Announcer.class)
                .run(AutoConfigurationTests::assertUnserved);
        assertThat(output).doesNotContain("xy-websocket endpoint");
    }

    @Test
    void servesNothingInAWebFluxApplicationThatIsToldNotTo() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(OURS)
                .withClassLoader(new WebFlux())
                .withPropertyValues("xy.websocket.enabled=false")
                .withUserConfiguration(Announcer.class)
                .run(AutoConfigurationTests::assertUnserved);
    }

    /** An application that has been written for the endpoint. */
    @Configuration(proxyBeanMethods = false)
    static class Announcer {

        final XyBroadcaster broadcaster;
        final XyPeers peers;
        final XyHandlers handlers;

        Announcer(XyBroadcaster broadcaster, XyPeers peers, XyPresence presence, XyGroups groups, XyHandlers handlers) {
            this.broadcaster = broadcaster;
            this.peers = peers;
            this.handlers = handlers;
        }
    }

    private static void assertUnserved(ApplicationContext context) {
        Announcer announcer = context.getBean(Announcer.class);
        assertThat(announcer.broadcaster.broadcast("news", "none")).isZero();
        assertThat(announcer.peers).isEmpty();
        announcer.handlers.register("late", (name, payload, peer) -> null).close();
        assertThat(context.getBeanNamesForType(HandlerMapping.class)).isEmpty();
        assertThat(context.getBeanNamesForType(Filter.class)).isEmpty();
        assertThat(context.getBeanNamesForType(XyEndpointLifecycle.class)).isEmpty();
    }

    @Test
    void doesNothingWithoutSpringsWebSockets() {
        servlet.withClassLoader(new FilteredClassLoader(WebSocketHandler.class)).run(context -> assertNothing(context));
    }

    private static void assertNothing(ApplicationContext context) {
        assertThat(context.getBeanNamesForType(XyEndpoint.class)).isEmpty();
        assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.startsWith("xy"));
    }

    @Test
    void saysInAWebFluxApplicationThatItNeedsTheServletStack(CapturedOutput output) {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(OURS)
                .withClassLoader(new WebFlux())
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(XyEndpoint.class));
        assertThat(output.toString())
                .containsOnlyOnce("There is no xy-websocket endpoint: the starter needs the servlet stack");
    }

    @Test
    void doesNotWarnInAWebFluxApplicationOfEachHandlerToo(CapturedOutput output) {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(OURS)
                .withConfiguration(AutoConfigurations.of(XyClientAutoConfiguration.class))
                .withClassLoader(new WebFlux())
                .withUserConfiguration(Functions.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(XyEndpoint.class));
        assertThat(output.toString())
                .containsOnlyOnce("There is no xy-websocket endpoint: the starter needs the servlet stack")
                .doesNotContain("nobody can reach these handlers");
    }

    @Test
    void saysNothingInAWebFluxApplicationIfItIsOff(CapturedOutput output) {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(OURS)
                .withClassLoader(new WebFlux())
                .withPropertyValues("xy.websocket.enabled=false")
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("xy-websocket endpoint");
    }

    /** Spring Boot knows WebFlux by this class. */
    private static final class WebFlux extends ClassLoader {

        private static final String HANDLER_RESULT = "org.springframework.web.reactive.HandlerResult";

        WebFlux() {
            super(AutoConfigurationTests.class.getClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.equals(HANDLER_RESULT)) {
                throw new ClassNotFoundException(name);
            }
            ClassWriter writer = new ClassWriter(0);
            writer.visit(
                    Opcodes.V17, Opcodes.ACC_PUBLIC, name.replace('.', '/'), null, "java/lang/Object", new String[0]);
            writer.visitEnd();
            byte[] code = writer.toByteArray();
            return defineClass(name, code, 0, code.length);
        }
    }

    @Test
    void givesWayToEachOfTheApplicationsBeans() {
        servlet.withUserConfiguration(OwnBeans.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context).getBeanNames(XyJson.class).containsExactly("json");
            assertThat(context).getBeanNames(XyEndpoint.class).containsExactly("endpoint");
            assertThat(context).getBeanNames(XyHandlers.class).containsExactly("handlers");
            assertThat(context).getBeanNames(XyPeers.class).containsExactly("peers");
            assertThat(context).getBeanNames(XyPresence.class).containsExactly("presence");
            assertThat(context).getBeanNames(XyGroups.class).containsExactly("groups");
            assertThat(context).getBeanNames(XyBroadcaster.class).containsExactly("broadcaster");
            assertThat(context).getBeanNames(AnnotatedHandlers.class).containsExactly("annotated");
            assertThat(context).getBeanNames(SessionLogins.class).containsExactly("logins");
            assertThat(context).getBeanNames(XyEndpointLifecycle.class).containsExactly("lifecycle");
            assertThat(context.getBean("xyWebSocketHandlerMapping", WebSocketHandlerMapping.class)
                            .getUrlMap()
                            .toString())
                    .startsWith("{/own=");
            assertThat(context.getBean("xyScriptMapping", SimpleUrlHandlerMapping.class)
                            .getUrlMap()
                            .isEmpty())
                    .isTrue();
        });
    }

    @Test
    void mapsItsPathBesidesTheApplicationsOwnMappings() {
        servlet.withPropertyValues("xy.websocket.path=/live")
                .withBean("other", WebSocketHandlerMapping.class)
                .run(context -> assertThat(context.getBean("xyWebSocketHandlerMapping", WebSocketHandlerMapping.class)
                                .getUrlMap()
                                .toString())
                        .startsWith("{/live="));
    }

    @Test
    void runsHandlersOnTheApplicationsExecutorOfThatName() throws Exception {
        try (App app = App.of(Functions.class, OwnExecutor.class)) {
            CountDownLatch called = new CountDownLatch(1);
            app.bean(XyHandlers.class).register("thread", (name, payload, peer) -> {
                called.countDown();
                return Thread.currentThread().getName();
            });
            try (RawClient client = app.connect()) {
                assertThat(client.call("thread", "1").next()).endsWith("\"p\":\"own-thread\"}");
                assertThat(called.await(1, TimeUnit.SECONDS)).isTrue();
                assertThat(app.bean(OwnExecutor.class).tasks.get()).isPositive();
            }
        }
    }

    @Test
    void letsCustomizersHaveTheLastWord() {
        servlet.withUserConfiguration(Customized.class)
                .withPropertyValues("xy.websocket.call-timeout=7s")
                .run(context -> assertThat(
                                context.getBean(XyEndpoint.class).timeouts().call())
                        .isEqualTo(Duration.ofMillis(1)));
    }

    @Test
    void bindsItsProperties() {
        servlet.withPropertyValues(
                        "xy.websocket.call-timeout=1s",
                        "xy.websocket.heartbeat-interval=2s",
                        "xy.websocket.send-timeout=3s",
                        "xy.websocket.event-order-timeout=4s",
                        "xy.websocket.max-message-size=5KB",
                        "xy.websocket.send-buffer-size=6KB",
                        "xy.websocket.receive-buffer-size=7KB",
                        "xy.websocket.message-timeout=5s",
                        "xy.websocket.max-received-bytes=5GB",
                        "xy.websocket.max-concurrent-calls=8",
                        "xy.websocket.max-pending-calls=9",
                        "xy.websocket.max-sessions=10",
                        "xy.websocket.max-sessions-per-user=12",
                        "xy.websocket.max-sessions-per-address=13",
                        "xy.websocket.idle-timeout=14m",
                        "xy.websocket.rate-limit.per-peer=200/1s",
                        "xy.websocket.rate-limit.functions.stock.take=15/1m",
                        "xy.websocket.rate-limit.functions[a_b]=16/1m",
                        "xy.websocket.allowed-origins=https://a.example,https://b.example",
                        "xy.websocket.executor.max-threads=11",
                        "xy.websocket.include-message=always")
                .run(context -> {
                    assertThat(context.getBean(XyEndpoint.class).timeouts())
                            .isEqualTo(XyTimeouts.DEFAULT
                                    .withCall(Duration.ofSeconds(1))
                                    .withHeartbeatInterval(Duration.ofSeconds(2))
                                    .withSend(Duration.ofSeconds(3))
                                    .withEventOrder(Duration.ofSeconds(4))
                                    .withMessage(Duration.ofSeconds(5)));
                    assertThat(context.getBean(XyEndpoint.class).limits())
                            .isEqualTo(XyLimits.DEFAULT
                                    .withMaxMessageSize(5 << 10)
                                    .withSendBufferSize(6 << 10)
                                    .withReceiveBufferSize(7 << 10)
                                    .withMaxConcurrentCalls(8)
                                    .withMaxPendingCalls(9));
                    XyWebSocketProperties properties = context.getBean(XyWebSocketProperties.class);
                    assertThat(properties.maxReceivedBytes()).isEqualTo(DataSize.ofGigabytes(5));
                    assertThat(properties.maxSessions()).isEqualTo(10);
                    assertThat(properties.maxSessionsPerUser()).isEqualTo(12);
                    assertThat(properties.maxSessionsPerAddress()).isEqualTo(13);
                    assertThat(properties.idleTimeout()).isEqualTo(Duration.ofMinutes(14));
                    assertThat(properties.rateLimit().perPeer()).hasToString("200/1000ms");
                    assertThat(properties.rateLimit().functions())
                            .containsOnly(Map.entry("stock.take", "15/1m"), Map.entry("a_b", "16/1m"));
                    assertThat(properties.allowedOrigins()).containsExactly("https://a.example", "https://b.example");
                    assertThat(properties.executor().maxThreads()).isEqualTo(11);
                    assertThat(properties.includeMessage()).isEqualTo(XyWebSocketProperties.IncludeMessage.ALWAYS);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    receive-buffer-size=1KB       | xy.websocket.receive-buffer-size (1KB) must not be smaller than xy.websocket.max-message-size
                    max-message-size=0B           | xy.websocket.max-message-size must be more than 0, but is 0B
                    max-message-size=2GB          | max-message-size must be less than 1 GB
                    call-timeout=0s               | xy.websocket.call-timeout must be more than 0, but is 0s
                    heartbeat-interval=-1s        | heartbeat-interval must be more than 0
                    shutdown-return-window=-1s    | xy.websocket.shutdown-return-window must not be less than 0 or more than 1 minute, but is -1s
                    shutdown-return-window=61s    | xy.websocket.shutdown-return-window must not be less than 0 or more than 1 minute, but is 61s
                    shutdown-return-window=9223372036854775807s | more than 1 minute, but is 9223372036854775807s
                    max-concurrent-calls=0        | max-concurrent-calls must be more than 0
                    executor.max-threads=0        | max-threads must be more than 0
                    protocol.call-prefix=e.call.  | the prefix 'e.call.' can't be told from 'e.'
                    protocol.cancel-prefix=c.stop | the prefix 'c.stop' can't be told from 'c.'
                    protocol.event-prefix=        | a prefix must not be empty
                    include-message=sometimes     | sometimes
                    idle-timeout=0s               | xy.websocket.idle-timeout must be more than 0
                    rate-limit.per-peer=lots      | lots' is not a rate: write a count, a slash and a duration, as in 200/1s
                    rate-limit.per-peer=1/1x      | 1/1x' is not a rate
                    max-sessions=-2               | xy.websocket.max-sessions must be 0 or more, or -1 for unlimited
                    path=ws                       | xy.websocket.path must be a path that begins with a slash
                    path=/a b                     | but is '/a b'
                    path=/ws?room=1               | but is '/ws?room=1'
                    script-path=xy.js             | xy.websocket.script-path must be a path
                    ticket-path=https://a.example/t | xy.websocket.ticket-path must be a path
                    allowed-origins=example.com   | xy.websocket.allowed-origins has 'example.com'
                    allowed-origins=https://a.example/page | has 'https://a.example/page'
                    executor.max-threads=-1       | xy.websocket.executor.max-threads must be more than 0, but is -1
                    rate-limit.per-user=0/1s      | A rate needs a count and a duration that are more than 0
                    rate-limit.functions.a.b=10   | xy.websocket.rate-limit.functions.a.b can't be read: '10' is not a rate
                    rate-limit.max-refused=-1     | -1' is not a rate
                    rate-limit.handshakes-per-address=5/2d | a duration of a day at most
                    """)
    void failsToStartWithAWrongPropertyAndSaysWhy(String property, String message) {
        servlet.withPropertyValues("xy.websocket." + property).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"can | ''", "c. | cancel."})
    void theDefaultPrefixOfCancellationsGivesWayToTheOthers(String callPrefix, String cancelPrefix) {
        servlet.withPropertyValues("xy.websocket.protocol.call-prefix=" + callPrefix)
                .run(context -> assertThat(context.getBean(XyWebSocketProperties.class)
                                .protocol()
                                .prefixes()
                                .cancel())
                        .isEqualTo(cancelPrefix));
    }
}
