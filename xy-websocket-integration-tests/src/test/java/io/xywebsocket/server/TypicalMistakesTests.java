package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.UndertowContext;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import io.xywebsocket.spring.autoconfigure.ReactiveNoticeAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.UnservedEndpointAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.XyClientAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.XyWebSocketAutoConfiguration;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationContextFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockServletContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/** What a developer sees on the console who has set something wrong: what is wrong and what to do, and no stack trace. */
@ExtendWith(OutputCaptureExtension.class)
class TypicalMistakesTests {

    private static final int LONGEST_STACK_TRACE = 10;

    private static final Pattern LOG_ENTRY = Pattern.compile("^[\\d:.]+ +[A-Z]+ +\\[(.*?)]");

    private static final String NORTH = "xy.websocket.clients.north.url=wss://localhost/ws";

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        XyWebSocketAutoConfiguration.class,
        XyClientAutoConfiguration.class,
        ReactiveNoticeAutoConfiguration.class,
        UnservedEndpointAutoConfiguration.class,
        SslAutoConfiguration.class
    })
    static class Application {}

    /** A mistake, and what the developer has to find in the description and in the action. */
    private static final class Mistake {

        private final String name;
        private final List<String> properties = new ArrayList<>();
        private final List<Class<?>> beans = new ArrayList<>(List.of(Application.class));
        private WebApplicationType type = WebApplicationType.SERVLET;
        private ServletContext container = new MockServletContext();
        private ClassLoader classes = TypicalMistakesTests.class.getClassLoader();
        private String[] description = {};
        private String[] action = {};

        private Mistake(String name) {
            this.name = name;
        }

        static Mistake setting(String... properties) {
            Mistake mistake = new Mistake(String.join(", ", properties));
            mistake.properties.addAll(List.of(properties));
            return mistake;
        }

        static Mistake bean(Class<?> bean, String... properties) {
            Mistake mistake = new Mistake(bean.getSimpleName());
            mistake.beans.add(bean);
            mistake.properties.addAll(List.of(properties));
            return mistake;
        }

        Mistake in(WebApplicationType other) {
            type = other;
            return this;
        }

        Mistake in(ServletContext other) {
            container = other;
            return this;
        }

        Mistake with(ClassLoader other) {
            classes = other;
            return this;
        }

        Mistake withoutAutoConfiguration() {
            beans.remove(Application.class);
            return this;
        }

        Mistake says(String... parts) {
            description = parts;
            return this;
        }

        Mistake advises(String... parts) {
            action = parts;
            return this;
        }

        ConfigurableApplicationContext start() {
            SpringApplication application =
                    new SpringApplication(new DefaultResourceLoader(classes), beans.toArray(Class<?>[]::new));
            application.setBannerMode(Banner.Mode.OFF);
            application.setRegisterShutdownHook(false);
            application.setWebApplicationType(type);
            application.setApplicationContextFactory(new Contexts(container));
            return application.run(Stream.concat(Stream.of("spring.config.name=none"), properties.stream())
                    .map(property -> "--" + property)
                    .toArray(String[]::new));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Contexts without web servers. */
    private record Contexts(ServletContext container) implements ApplicationContextFactory {

        @Override
        public ConfigurableEnvironment createEnvironment(WebApplicationType type) {
            return DEFAULT.createEnvironment(type);
        }

        @Override
        public ConfigurableApplicationContext create(WebApplicationType type) {
            return type == WebApplicationType.SERVLET
                    ? new GenericWebApplicationContext(container)
                    : new AnnotationConfigApplicationContext();
        }
    }

    /** Spring Boot knows WebFlux by this class. */
    private static final class WebFlux extends ClassLoader {

        private static final String HANDLER_RESULT = "org.springframework.web.reactive.HandlerResult";

        WebFlux() {
            super(TypicalMistakesTests.class.getClassLoader());
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

    static class NeedsAPeer {
        NeedsAPeer(XyPeer peer) {}
    }

    static class NeedsABroadcaster {
        NeedsABroadcaster(XyBroadcaster broadcaster) {}
    }

    static class NeedsHandlers {
        NeedsHandlers(XyHandlers handlers) {}
    }

    static class NeedsAClient {
        NeedsAClient(XyClient client) {}
    }

    static class NeedsANamedClient {
        NeedsANamedClient(@Qualifier("nrth") XyClient client) {}
    }

    static class TwoOfOneName {
        @XyRpc("stock.level")
        int one() {
            return 1;
        }

        @XyRpc("stock.level")
        int two() {
            return 2;
        }
    }

    static class AnswersWithAResponse {
        @XyRpc
        ResponseEntity<String> level(String sku) {
            return ResponseEntity.ok(sku);
        }
    }

    static class HasAnUnknownPlaceholder {
        @XyRpc("${stock.function}")
        int level() {
            return 1;
        }
    }

    static class HasABrokenExpression {
        @XyRpc
        String me(@AuthenticationPrincipal(expression = "name(") String name) {
            return name;
        }
    }

    static class OffersToAnUnknownServer {
        @XyEvent
        @XyClientHandler("nrth")
        void news(String text) {}
    }

    static class SeveralMappers {
        @Bean
        ObjectMapper first() {
            return new ObjectMapper();
        }

        @Bean
        ObjectMapper second() {
            return new ObjectMapper();
        }
    }

    interface Stock {
        int level(String sku);
    }

    static class UsesAnInterfaceThatIsNoContract {
        @Bean
        Stock stock(XyClient client) {
            return client.proxy(Stock.class);
        }
    }

    static class NoExecutor {
        @Bean
        String xyWebSocketExecutor() {
            return "pool";
        }
    }

    static class CallerRuns {
        @Bean
        ThreadPoolTaskExecutor xyWebSocketExecutor() {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
            return executor;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSocketMessageBroker
    static class StompOnTheSamePath implements WebSocketMessageBrokerConfigurer {
        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/ws");
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(settings(), limits(), libraries(), clients(), injections(), handlers(), beans())
                .flatMap(mistakes -> mistakes);
    }

    private static Stream<Mistake> settings() {
        return Stream.of(
                Mistake.setting("xy.websocket.call-timeout=0s")
                        .says(
                                "xy.websocket.call-timeout must be more than 0, but is 0s.",
                                "Origin of xy.websocket.call-timeout: \"xy.websocket.call-timeout\" from property source")
                        .advises("Set it to a duration of more than 0, such as 5s."),
                Mistake.setting("xy.websocket.heartbeat-interval=-1500ms")
                        .says("xy.websocket.heartbeat-interval must be more than 0, but is -1500ms.")
                        .advises("such as 30s."),
                Mistake.setting("xy.websocket.call-timeout=5 seconds")
                        .says("Property: xy.websocket.call-timeout", "'5 seconds' is not a valid duration")
                        .advises("Update your application's configuration"),
                Mistake.setting("xy.websocket.slow-peers=drop-oldst")
                        .says("Property: xy.websocket.slow-peers", "\"drop-oldst\"")
                        .advises("The following values are valid", "DROP_OLDEST"),
                Mistake.setting("xy.websocket.path=ws")
                        .says(
                                "xy.websocket.path must be a path that begins with a slash, without a query, but is 'ws'.")
                        .advises("Set it to a path below the context path, such as /ws."),
                Mistake.setting("xy.websocket.path=ws://localhost/ws")
                        .says("but is 'ws://localhost/ws'")
                        .advises("The host and the context path are not part of it."),
                Mistake.setting("xy.websocket.script-path=/x", "xy.websocket.ticket-path=/x")
                        .says(
                                "xy.websocket.script-path and xy.websocket.ticket-path are the same: '/x'.",
                                "Origin of xy.websocket.script-path",
                                "Origin of xy.websocket.ticket-path")
                        .advises("Set each to a path of its own."),
                Mistake.setting("xy.websocket.allowed-origins=https://a.example,localhost:3000")
                        .says("xy.websocket.allowed-origins has 'localhost:3000', which no browser's origin matches.")
                        .advises("Write the scheme and host of the pages", "http://localhost:3000"),
                Mistake.setting("xy.websocket.allowed-origins[0]=wss://a.example")
                        .says("has 'wss://a.example'", "Origin of xy.websocket.allowed-origins[0]")
                        .advises("https://example.com"),
                Mistake.setting("xy.websocket.protocol.call-prefix=e.call.")
                        .says(
                                "The prefixes below xy.websocket.protocol can't be used: the prefix 'e.call.' can't be told from 'e.'.",
                                "Origin of xy.websocket.protocol.call-prefix")
                        .advises("none begins with another"),
                Mistake.setting("xy.websocket.deny-by-default=true", "xy.websocket.security.open-handlers=allowed")
                        .says("xy.websocket.security.open-handlers allows", "xy.websocket.deny-by-default refuses")
                        .advises("Remove one of the two properties."));
    }

    private static Stream<Mistake> limits() {
        return Stream.of(
                Mistake.setting("xy.websocket.max-message-size=8MB")
                        .says(
                                "xy.websocket.receive-buffer-size (4MB) must not be smaller than"
                                        + " xy.websocket.max-message-size (8MB)",
                                "Origin of xy.websocket.max-message-size")
                        .advises(
                                "Set xy.websocket.receive-buffer-size to 8MB or more, or xy.websocket.max-message-size to 4MB or less."),
                Mistake.setting("xy.websocket.max-received-bytes=100KB")
                        .says("xy.websocket.max-received-bytes (100KB) must not be smaller than")
                        .advises("Set xy.websocket.max-received-bytes to 1MB or more"),
                Mistake.setting("xy.websocket.presence.linger=-1s")
                        .says("xy.websocket.presence.linger must not be less than 0")
                        .advises("Set it to a duration such as 5s, or to 0s"),
                Mistake.setting("xy.websocket.max-groups-per-peer=0")
                        .says("xy.websocket.max-groups-per-peer must be more than 0")
                        .advises("100"),
                Mistake.setting("xy.websocket.cluster.name=shop")
                        .says(
                                "xy.websocket.cluster.name is set, but nothing carries messages between the nodes.",
                                "Origin of xy.websocket.cluster.name")
                        .advises("org.springframework.boot:spring-boot-starter-data-redis"),
                Mistake.setting("xy.websocket.cluster.name=a{b}")
                        .says("xy.websocket.cluster.name must have 1 to 100 characters, without braces, but is 'a{b}'.")
                        .advises("such as shop"),
                Mistake.setting("xy.websocket.cluster.name=shop", "xy.websocket.cluster.heartbeat=0s")
                        .says("xy.websocket.cluster.heartbeat must be more than 0")
                        .advises("1s"),
                Mistake.setting("xy.websocket.cluster.name=shop", "xy.websocket.cluster.node-timeout=1500ms")
                        .says(
                                "xy.websocket.cluster.node-timeout (1500ms) must be at least twice xy.websocket.cluster.heartbeat (1s)")
                        .advises("5s"),
                Mistake.setting("xy.websocket.cluster.name=shop", "xy.websocket.cluster.inbox-size=0")
                        .says("xy.websocket.cluster.inbox-size must be more than 0")
                        .advises("16MB"),
                Mistake.setting("xy.websocket.max-sessions=-2")
                        .says("xy.websocket.max-sessions must be 0 or more, or -1 for unlimited, but is -2.")
                        .advises("Set it to -1, or remove it"),
                Mistake.setting("xy.websocket.rate-limit.per-peer=200/1x")
                        .says(
                                "Property: xy.websocket.rate-limit.per-peer",
                                "'200/1x' is not a rate: write a count, a slash and a duration, as in 200/1s or 10/1m")
                        .advises("Update your application's configuration"),
                Mistake.setting("xy.websocket.rate-limit.functions.stock.take=10")
                        .says(
                                "xy.websocket.rate-limit.functions.stock.take can't be read: '10' is not a rate: write a count")
                        .advises("Correct the rate, or remove it"));
    }

    private static Stream<Mistake> libraries() {
        ClassLoader withoutSecurity = new FilteredClassLoader("org.springframework.security");
        return Stream.of(
                Mistake.setting("xy.websocket.rate-limit.per-user=10/1s")
                        .with(new FilteredClassLoader("io.github.bucket4j"))
                        .says("xy.websocket.rate-limit.per-user needs Bucket4j, which is not on the class path.")
                        .advises("Add the dependency com.bucket4j:bucket4j_jdk17-core, or remove the property."),
                Mistake.setting("xy.websocket.deny-by-default=true")
                        .with(withoutSecurity)
                        .says("xy.websocket.deny-by-default needs Spring Security, which is not on the class path.")
                        .advises("Add the dependency org.springframework.boot:spring-boot-starter-security"),
                Mistake.setting("xy.websocket.ticket-path=/tickets")
                        .with(withoutSecurity)
                        .says("xy.websocket.ticket-path needs Spring Security, which is not on the class path.")
                        .advises("or remove the property."),
                new Mistake("Undertow")
                        .in(new UndertowContext())
                        .says(
                                "xy-websocket runs on Tomcat 10.1 and 11, and on Jetty 12; this application runs on Undertow.")
                        .advises("spring-boot-starter-tomcat or spring-boot-starter-jetty"));
    }

    private static Stream<Mistake> clients() {
        return Stream.of(
                Mistake.setting("xy.websocket.client.url=http://localhost:8080/ws")
                        .says(
                                "xy.websocket.client.url must be ws:// or wss://",
                                "not http://localhost:8080/ws.",
                                "Origin of xy.websocket.client.url")
                        .advises("Write ws:// in the place of http://."),
                Mistake.setting("xy.websocket.client.url=localhost:8080/ws")
                        .says("xy.websocket.client.url must be ws:// or wss:// with a host and without a fragment.")
                        .advises("Write the whole address, such as ws://localhost:8080/ws"),
                Mistake.setting("xy.websocket.client.call-timeout=2s")
                        .says("xy.websocket.client.url is missing")
                        .advises("Set it to the address of the server, such as wss://example.com/ws"),
                Mistake.setting(NORTH, "xy.websocket.clients.north.backoff.min=20s")
                        .says("xy.websocket.clients.north.backoff.max (10s) must not be less than")
                        .advises("Set xy.websocket.clients.north.backoff.max to 20s or more."),
                Mistake.setting(NORTH, "xy.websocket.clients.north.max-tries=0")
                        .says("xy.websocket.clients.north.max-tries must be 1 or more, or -1 for unlimited, but is 0.")
                        .advises("Set it to -1"),
                Mistake.setting(NORTH, "xy.websocket.clients.north.sub-protocols=a b")
                        .says("xy.websocket.clients.north.sub-protocols can't be offered")
                        .advises("without spaces"),
                Mistake.setting(NORTH, "xy.websocket.clients.north.headers.X-Key=top\nsecret")
                        .says("xy.websocket.clients.north.headers.X-Key can't be sent with the handshake")
                        .advises("Correct or remove it."),
                Mistake.setting(NORTH, "xy.websocket.clients.north.ssl.bundle=nowhere")
                        .says(
                                "xy.websocket.clients.north.ssl.bundle names the SSL bundle 'nowhere', which does not exist.")
                        .advises("Define it by spring.ssl.bundle.pem.nowhere or spring.ssl.bundle.jks.nowhere"),
                Mistake.setting(
                                NORTH,
                                "xy.websocket.clients.north.ssl.bundle=broken",
                                "spring.ssl.bundle.jks.broken.truststore.location=file:/nowhere.p12")
                        .says(
                                "The SSL bundle 'broken', which xy.websocket.clients.north.ssl.bundle names, can't be used")
                        .advises("Correct the files and passwords below spring.ssl.bundle for 'broken'."));
    }

    private static Stream<Mistake> injections() {
        return Stream.of(
                Mistake.bean(NeedsAPeer.class)
                        .says(
                                "Parameter 0 of constructor in " + NeedsAPeer.class.getName()
                                        + " required a bean of type 'io.xywebsocket.XyPeer'",
                                "each connection has its own")
                        .advises("parameter of the method with @XyRpc or @XyEvent", "XyPresence", "XyConnectedEvent"),
                Mistake.bean(NeedsAClient.class)
                        .says("required a bean of type 'io.xywebsocket.client.XyClient'. No client is configured.")
                        .advises("Set xy.websocket.client.url to the address of the server"),
                Mistake.bean(NeedsANamedClient.class, NORTH)
                        .says("No client 'nrth' is configured. The beans of that type are: northXyClient.")
                        .advises("Set xy.websocket.clients.nrth.url", "or correct the name in @Qualifier."),
                Mistake.bean(NeedsABroadcaster.class)
                        .in(WebApplicationType.REACTIVE)
                        .with(new WebFlux())
                        .says("There is no endpoint, because this is a WebFlux application")
                        .advises("Use Spring MVC", "xy.websocket.enabled=false"),
                Mistake.bean(NeedsABroadcaster.class)
                        .withoutAutoConfiguration()
                        .says("There is no endpoint, because the auto-configuration of xy-websocket does not run here.")
                        .advises("@SpringBootApplication", "@XyTest"),
                Mistake.bean(NeedsHandlers.class)
                        .in(WebApplicationType.NONE)
                        .with(new FilteredClassLoader("org.springframework.web.socket"))
                        .says("required a bean of type 'io.xywebsocket.XyHandlers'", "not on the class path")
                        .advises("Add the dependency io.xywebsocket:xy-websocket-spring-boot-starter"));
    }

    private static Stream<Mistake> handlers() {
        return Stream.of(
                Mistake.bean(TwoOfOneName.class)
                        .says(
                                "Two methods claim the function 'stock.level'",
                                "TwoOfOneName.one()",
                                "TwoOfOneName.two()")
                        .advises("Give one of them another name"),
                Mistake.bean(AnswersWithAResponse.class)
                        .says("AnswersWithAResponse.level(String)", "it returns a ResponseEntity", "return its body")
                        .advises("Change the method as described."),
                Mistake.bean(OffersToAnUnknownServer.class)
                        .says(
                                "OffersToAnUnknownServer.news(String)",
                                "is marked for the client 'nrth', which there isn't")
                        .advises("Set xy.websocket.clients.nrth.url, or correct the name in @XyClientHandler."),
                Mistake.bean(HasABrokenExpression.class)
                        .says(
                                "HasABrokenExpression.me(String)",
                                "its @AuthenticationPrincipal has an expression that can't be read")
                        .advises("Change the method as described."),
                Mistake.bean(HasAnUnknownPlaceholder.class)
                        .says("The name in @XyRpc(\"${stock.function}\")", "can't be resolved")
                        .advises("Set the property, or give it a default"));
    }

    private static Stream<Mistake> beans() {
        return Stream.of(
                Mistake.bean(SeveralMappers.class)
                        .says("ObjectMapper bean, but there are several", "'first', 'second'")
                        .advises("Mark one of them with @Primary"),
                Mistake.bean(UsesAnInterfaceThatIsNoContract.class, "xy.websocket.client.url=ws://localhost/ws")
                        .says("An interface can't be a contract", "Stock.level", "has neither @XyRpc nor @XyEvent")
                        .advises("Change the interface as described."),
                Mistake.bean(NoExecutor.class)
                        .says("The bean 'xyWebSocketExecutor'", "must be a java.util.concurrent.Executor")
                        .advises("Define an Executor of that name", "or give this bean another name."),
                Mistake.bean(CallerRuns.class)
                        .says("The executor bean 'xyWebSocketExecutor' may run a handler on the thread that submits it")
                        .advises("neither SyncTaskExecutor nor CallerRunsPolicy"),
                Mistake.bean(StompOnTheSamePath.class)
                        .says(
                                "xy.websocket.path is '/ws', which is also the path of another WebSocket endpoint",
                                "'stompWebSocketHandlerMapping'")
                        .advises("Set xy.websocket.path to another path"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isExplained(Mistake mistake, CapturedOutput output) {
        Throwable failure = catchThrowable(() -> mistake.start().close());

        assertThat(failure).as("the start-up's failure").isNotNull();
        String console = output.toString();
        int description = console.indexOf("Description:");
        int action = console.indexOf("Action:");
        assertThat(console).contains("APPLICATION FAILED TO START");
        assertThat(console.substring(description, action)).contains(mistake.description);
        assertThat(console.substring(action)).contains(mistake.action);
        assertThat(console.substring(description)).as("what may be secret").doesNotContain("secret");
        assertThat(ownLines(console).filter(line -> line.strip().startsWith("at ")))
                .hasSizeLessThanOrEqualTo(LONGEST_STACK_TRACE);
    }

    /** The lines that this thread logged; another test's application may still log something. */
    private static Stream<String> ownLines(String console) {
        List<String> own = new ArrayList<>();
        boolean isOwn = true;
        for (String line : console.lines().toList()) {
            Matcher entry = LOG_ENTRY.matcher(line);
            if (entry.find()) {
                isOwn = entry.group(1).equals(Thread.currentThread().getName());
            }
            if (isOwn) {
                own.add(line);
            }
        }
        return own.stream();
    }
}
