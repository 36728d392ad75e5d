package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Ours, as an application would have it: annotated methods, records in and out. */
final class XyServer implements LoadServer {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Functions functions() {
            return new Functions();
        }

        /** The kernel takes megabytes for a client that doesn't read, unless it is told not to. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnProperty("benchmarks.socket-send-buffer")
        static class SmallSockets {

            @Bean
            WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sendBuffer(
                    @Value("${benchmarks.socket-send-buffer}") String bytes) {
                return factory ->
                        factory.addConnectorCustomizers(connector -> connector.setProperty("socket.txBufSize", bytes));
            }
        }
    }

    static class Functions {

        private final LongAdder events = new LongAdder();

        @XyRpc("echo")
        Item echo(Item item) {
            return item;
        }

        @XyRpc("order")
        Order order(Order order) {
            return order;
        }

        @XyRpc("block")
        Item block(Item item) throws InterruptedException {
            Thread.sleep(50);
            return item;
        }

        @XyEvent("note")
        void note(Item item) {
            events.increment();
        }

        long events() {
            return events.sum();
        }
    }

    private final ConfigurableApplicationContext application;
    private final XyBroadcaster broadcaster;
    private final Functions functions;
    private volatile boolean calling;
    private final LongAdder failures = new LongAdder();

    private XyServer(ConfigurableApplicationContext application) {
        this.application = application;
        this.broadcaster = application.getBean(XyBroadcaster.class);
        this.functions = application.getBean(Functions.class);
    }

    static XyServer start(String... properties) {
        return new XyServer(SpringServers.run(Application.class, properties));
    }

    @Override
    public int port() {
        return SpringServers.port(application);
    }

    @Override
    public void broadcast(int id, int noteLength) {
        broadcaster.broadcast("changed", Item.of(id, noteLength));
    }

    @Override
    public void startCalling(int depth, int noteLength) {
        calling = true;
        for (XyPeer peer : application.getBean(XyPeers.class)) {
            for (int i = 0; i < depth; i++) {
                callOnAndOn(peer, Item.of(10 + i, noteLength));
            }
        }
    }

    private void callOnAndOn(XyPeer peer, Item item) {
        peer.call("echo", item, Item.class).whenComplete((answer, error) -> {
            if (error != null || answer.id() != item.id()) {
                failures.increment();
            }
            if (calling) {
                callOnAndOn(peer, item);
            }
        });
    }

    @Override
    public long stopCalling() {
        calling = false;
        return failures.sum();
    }

    /** Those that a broadcast reaches. */
    @Override
    public int peers() {
        AtomicInteger letIn = new AtomicInteger();
        broadcaster.broadcast("none", null, peer -> letIn.incrementAndGet() < 0);
        return letIn.get();
    }

    @Override
    public long events() {
        return functions.events();
    }
}
