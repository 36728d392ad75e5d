package io.xywebsocket.interop;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import reactor.core.publisher.Mono;

/** A Spring Boot application with the starter: in this process, or as a program of its own. */
final class App implements AutoCloseable {

    /** Some, none of them the default. */
    static final String[] OTHER_PREFIXES = {
        "xy.websocket.protocol.event-prefix=ev:",
        "xy.websocket.protocol.call-prefix=fn:",
        "xy.websocket.protocol.resolve-prefix=ok:",
        "xy.websocket.protocol.reject-prefix=no:"
    };

    private final ConfigurableApplicationContext context;

    private App(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static void main(String[] arguments) {
        run(arguments);
        System.out.println("ready");
    }

    static App start(String... properties) {
        return startAt(0, properties);
    }

    static App startAt(int port, String... properties) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=" + port));
        List.of(properties).forEach(property -> arguments.add("--" + property));
        return new App(run(arguments.toArray(new String[0])));
    }

    private static ConfigurableApplicationContext run(String... arguments) {
        SpringApplication application = new SpringApplication(Base.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--spring.config.name=none"); // the sample, which is on the class path too, has an application.yml
        all.add("--spring.threads.virtual.enabled=" + Boolean.getBoolean("xy.test.virtual-threads"));
        return application.run(all.toArray(new String[0]));
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    String url() {
        return "ws://localhost:" + port() + "/ws";
    }

    XyPeers peers() {
        return context.getBean(XyPeers.class);
    }

    /** Whether the listeners of "connected" have let a peer in: broadcasts reach it from then on. */
    boolean isLetIn(XyPeer peer) {
        return context.getBean(XyBroadcaster.class).here().members().contains(peer);
    }

    XyHandlers handlers() {
        return context.getBean(XyHandlers.class);
    }

    /** How many peers have connected, so the application was told. */
    int connected() {
        return context.getBean(Service.class).connected.get();
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Service.class)
    static class Base implements WebMvcConfigurer {

        /** The JavaScript client's scenarios and the page that runs them, and the pages of these tests. */
        @Override
        public void addResourceHandlers(ResourceHandlerRegistry registry) {
            registry.addResourceHandler("/scenarios/**")
                    .addResourceLocations(Programs.SCENARIOS.toUri().toString());
            registry.addResourceHandler("/interop/**").addResourceLocations("classpath:/interop/");
        }

        /** The tests have Spring Security on their class path; these don't mean it. */
        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    /** What the server offers beside {@link Functions}. */
    static class Service {

        private final AtomicInteger connected = new AtomicInteger();
        private final XyPeers peers;
        private final XyBroadcaster broadcaster;

        Service(XyHandlers handlers, XyPeers peers, XyBroadcaster broadcaster) {
            this.peers = peers;
            this.broadcaster = broadcaster;
            Functions.offer(handlers);
        }

        @EventListener
        void connected(XyConnectedEvent event) {
            connected.incrementAndGet();
        }

        @XyRpc
        void broadcast(String event, @Nullable Object payload) {
            broadcaster.broadcast(event, payload);
        }

        @XyEvent("i.am")
        void name(String name, XyPeer peer) {
            peer.attributes().put("name", name);
        }

        /** Says to the caller what becomes of it. */
        @XyRpc("mono.never")
        Mono<String> never(XyPeer peer) {
            return Mono.<String>never()
                    .doOnSubscribe(subscription -> peer.send("mono", "subscribed"))
                    .doOnCancel(() -> peer.send("mono", "cancelled"));
        }

        @XyRpc
        List<Object> present() {
            return peers.stream().map(peer -> peer.attributes().get("name")).toList();
        }

        /** Calls a function of another peer, and answers what that one answers. */
        @XyRpc
        Object to(String who, String function, @Nullable Object payload) {
            XyPeer other = peers.stream()
                    .filter(peer -> who.equals(peer.attributes().get("name")))
                    .findAny()
                    .orElseThrow(() -> new XyException(404, who + " isn't here"));
            return other.await(function, payload, XyPayload.class);
        }
    }
}
