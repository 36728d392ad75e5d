package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.client.Contracts.Echo;
import io.xywebsocket.spring.client.Contracts.Echoing;
import io.xywebsocket.spring.client.Contracts.Order;
import io.xywebsocket.spring.client.Contracts.OrderDesk;
import io.xywebsocket.spring.client.Contracts.Orders;
import io.xywebsocket.spring.client.Contracts.Rider;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import reactor.core.publisher.Mono;

/** Contracts, each offered by one application and used by the other. */
class ContractTests {

    @Configuration(proxyBeanMethods = false)
    @Import({OrderDesk.class, Echo.class})
    static class ServerBeans {}

    @Configuration(proxyBeanMethods = false)
    @Import(Rider.class)
    static class ClientBeans {
        @Bean
        Orders orders(XyClient client) {
            return client.proxy(Orders.class);
        }
    }

    private static final Applications applications = new Applications();
    private static ConfigurableApplicationContext server;
    private static ConfigurableApplicationContext client;
    private static Orders orders;

    @BeforeAll
    static void start() {
        server = applications.server(ServerBeans.class);
        client = applications.plain(
                ClientBeans.class,
                "xy.websocket.client.url=" + Applications.url(server),
                "xy.websocket.client.wait-for-connection=true");
        orders = client.getBean(Orders.class);
    }

    @AfterAll
    static void stop() {
        applications.close();
    }

    private static List<String> seen() {
        return server.getBean(OrderDesk.class).seen;
    }

    @Test
    void theSameInterfaceCallsAndAnswers() throws Exception {
        assertThat(orders.all()).containsExactly(new Order("a", 1), new Order("b", 2), new Order("a", 3));
        assertThat(orders.later(List.of(new Order("x", 1))).get(10, TimeUnit.SECONDS))
                .containsExactly(new Order("x", 1));
        assertThat(orders.total("a")).isEqualTo(4);
    }

    @Test
    void bothSidesAreOfferedAndUsedInOneCall() {
        assertThat(orders.located("c1")).isEqualTo("c1 is here");
        await().untilAsserted(
                        () -> assertThat(client.getBean(Rider.class).hurried).contains("c1"));
    }

    @Test
    void leavesOutWhatIsEmptyAndSendsNullAsNull() {
        Echoing echo = client.getBean(XyClient.class).proxy(Echoing.class);
        assertThat(echo.whole(Optional.of("a"))).isEqualTo("\"a\"");
        assertThat(echo.whole(Optional.empty())).isEqualTo("nothing");
        assertThat(echo.members(Optional.of("a"), "b")).isEqualTo("{\"one\":\"a\",\"other\":\"b\"}");
        assertThat(echo.members(Optional.empty(), null)).isEqualTo("{\"other\":null}");
    }

    @Test
    void bindsByTheContractsNamesWhateverTheBeanCallsItsParameters() {
        orders.reset();
        assertThat(orders.place("a", 2, Optional.of("quick"), "me")).isEqualTo(new Order("a", 2));
        assertThat(orders.place("b", 3, Optional.empty(), null)).isEqualTo(new Order("b", 3));
        assertThat(seen()).containsExactly("Optional[quick] me", "Optional.empty null");
    }

    @Test
    void optionalResultsAndPayloadsMayBeEmpty() throws Exception {
        assertThat(orders.find("a")).contains(new Order("a", 1));
        assertThat(orders.find("none")).isEmpty();
        assertThat(stage(Optional.of("s"))).contains(new Order("s", 7));
        assertThat(stage(Optional.empty())).isEmpty();
        assertThat(orders.payload(XyPayload.none()).isPresent()).isFalse();
    }

    private static Optional<Order> stage(Optional<String> sku) throws Exception {
        return orders.stage(sku).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void eventsAreSentAndSayWhetherTheyCouldBe() {
        orders.reset();
        assertThat(orders.note("hello")).isTrue();
        orders.pair("a", "b");
        await().untilAsserted(() -> assertThat(seen()).containsExactly("hello", "ab"));
    }

    @Test
    void rejectionsArriveAsTheyWereThrown() {
        assertThatThrownBy(() -> orders.place("a", -1, Optional.empty(), null))
                .isInstanceOfSatisfying(XyException.class, rejection -> {
                    assertThat(rejection.status()).isEqualTo(409);
                    assertThat(rejection.details()).containsEntry("code", "E42");
                });
        CompletableFuture<Object> nobody = client.getBean(XyClient.class).call("orders.none", Object.class);
        assertThatThrownBy(() -> nobody.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(XyException.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class ProxiesAtTheServer {
        @Bean
        Orders eager(XyClient client) {
            return client.proxy(Orders.class);
        }

        @Bean
        @Lazy
        Orders lazy(XyClient client) {
            return client.proxy(Orders.class);
        }

        @Bean
        Orders advised(XyClient client) {
            return ProxyFactory.getProxy(Orders.class, new SingletonTargetSource(client.proxy(Orders.class)));
        }
    }

    @Test
    void anInjectedProxyIsNoHandlerEvenIfItIsLazyOrAdvised() {
        ConfigurableApplicationContext between =
                applications.server(ProxiesAtTheServer.class, "xy.websocket.client.url=" + Applications.url(server));
        try (XyClient downstream = XyClient.builder(URI.create(Applications.url(between)))
                .waitForConnection(true)
                .build()) {
            downstream.connect();
            assertThatThrownBy(() -> downstream.await("store.all", List.class)).hasMessage("'store.all' not found");
        } finally {
            between.close();
        }
    }

    interface Open<T> {
        @XyRpc
        List<T> all();
    }

    interface Reactive {
        @XyRpc
        Mono<String> later();
    }

    interface Empty {}

    @Test
    void misuseIsRefusedWhenTheProxyIsMade() {
        XyClient caller = client.getBean(XyClient.class);
        assertThatThrownBy(() -> caller.proxy(Open.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Open.all()")
                .hasMessageContaining("a variable");
        assertThatThrownBy(() -> caller.proxy(Reactive.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Reactive.later()")
                .hasMessageContaining("must return a value, a CompletableFuture or a CompletionStage");
        assertThatThrownBy(() -> caller.proxy(Empty.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no method with @XyRpc or @XyEvent");
    }
}
