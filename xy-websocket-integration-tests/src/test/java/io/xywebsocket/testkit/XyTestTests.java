package io.xywebsocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyPresence;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.test.XyTestCall;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestPeer;
import io.xywebsocket.test.XyTestPeers;
import io.xywebsocket.test.spring.XyTest;
import io.xywebsocket.testkit.Shop.Database;
import io.xywebsocket.testkit.Shop.Doorman;
import io.xywebsocket.testkit.Shop.Item;
import io.xywebsocket.testkit.Shop.Notes;
import io.xywebsocket.testkit.Shop.Orders;
import io.xywebsocket.testkit.Shop.Stock;
import io.xywebsocket.testkit.Shop.Warehouse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.web.context.WebApplicationContext;

@XyTest(properties = "xy.websocket.call-timeout=7s")
@Import(Warehouse.class)
class XyTestTests {

    @Autowired
    ApplicationContext application;

    @Autowired
    XyTestPeers peers;

    @Autowired
    XyTestClock clock;

    @Test
    void startsTheHandlersAndWhatBelongsToThemAndWhatTheTestImports() {
        assertThat(application.getBeanProvider(Stock.class)).hasSize(1);
        assertThat(application.getBeanProvider(Orders.class)).hasSize(1);
        assertThat(application.getBeanProvider(Notes.class)).hasSize(1);
        assertThat(application.getBeanProvider(Warehouse.class)).hasSize(1);
    }

    @Test
    void startsNothingElse() {
        assertThat(application).isNotInstanceOf(WebApplicationContext.class);
        assertThat(application.getBeanProvider(Doorman.class)).isEmpty();
        assertThat(application.getBeanProvider(Database.class)).isEmpty();
        assertThat(application.getBeanDefinitionNames())
                .filteredOn(name -> !name.startsWith("xy") && !name.startsWith("io.xywebsocket."))
                .noneMatch(name -> name.matches("(?i).*(security|tomcat).*"));
    }

    @Test
    void runsTheRealHandlersWithBindingValidationErrorMappingAndInterceptors() {
        XyTestPeer peer = peers.connect();

        assertThat(peer.await("order.count", "ada", Integer.class)).isEqualTo(3);
        assertThatThrownBy(() -> peer.await("order.count", "", Integer.class)).hasMessage("Not offered");
        assertThatThrownBy(() -> peer.await("order.at-night", Integer.class)).hasMessage("Closed");
        XyException invalid = catchThrowableOfType(
                XyException.class, () -> peer.await("stock.take", new Item("A-1", 0), Boolean.class));
        assertThat(invalid.status()).isEqualTo(400);
        assertThat(invalid.details()).containsKey("errors");
        peer.send("note", "hello");
        peer.assertNoMore();
        assertThat(application.getBean(Notes.class).notes).containsExactly("hello");
    }

    @Test
    void isCalledBackAndBroadcastsWithTheApplicationsJson() {
        XyTestPeer peer = peers.connect();

        CompletableFuture<Boolean> taken = peer.call("stock.take", new Item("A-1", 5), Boolean.class);
        XyTestCall<Item> confirm = peer.awaitCall("confirm", Item.class);
        assertThat(confirm.payload()).isEqualTo(new Item("A-1", 5));
        confirm.resolve(true);

        assertThat(peer.awaitEvent("stock.changed").json()).isEqualTo("{\"sku\":\"A-1\",\"in_stock\":12}");
        assertThat(taken.join()).isTrue();
        peer.assertNoMore();
    }

    @Test
    void membersHaveGroupsAndLingerByTheTestsTime(
            @Autowired XyPresence presence, @Autowired XyGroups groups, @Autowired XyEndpoint endpoint) {
        XyTestPeer peer = peers.builder().principal("ada").connect();
        XyMember member = presence.ofUser("ada").get(0);
        assertThat(groups.join(member.id(), "north").join()).isTrue();
        assertThat(presence.inGroup("north")).containsExactly(peer.peer());

        peer.close(1000, "");
        await().until(() -> endpoint.statistics().closing() == 0 && presence.size() == 0);
        clock.advance(Duration.ofSeconds(4));
        assertThat(presence.isOnline("ada")).isTrue();
        clock.advance(Duration.ofSeconds(1));
        await().until(() -> !presence.isOnline("ada"));
        assertThat(presence.groups()).isEmpty();
    }

    @RepeatedTest(3)
    void timeIsTheTestsAndHeartbeatsComeInTheSamePlaceInEachTest() {
        XyTestPeer silent = peers.connect();
        CompletableFuture<Boolean> taken = silent.call("stock.take", new Item("A-1", 5), Boolean.class);
        silent.awaitCall("confirm");
        clock.advance(Duration.ofMillis(6_999));
        assertThat(taken).isNotDone();
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(taken::join).hasRootCauseMessage("No answer from 'confirm' within 7000 ms");

        XyTestPeer deaf = peers.connect();
        deaf.stopReading();
        clock.advance(Duration.ofSeconds(60));
        assertThat(deaf.isOpen()).isFalse();
        assertThat(silent.isOpen()).isTrue();
        clock.advance(Duration.ofMillis(345));
    }

    @RepeatedTest(2)
    void nobodyIsLeftFromTheTestBefore(@Autowired XyPeers connected) {
        assertThat(connected.size()).isZero();
        peers.connect().stopReading();
        peers.connect();
    }

    @Nested
    class WithinATest {

        @Test
        void theSliceIsTheSame(@Autowired XyTestPeers same) {
            assertThat(same).isSameAs(peers);
        }
    }

    @Nested
    @XyTest(Orders.class)
    class WithSomeOfTheHandlers {

        @Test
        void theOthersAreNotStarted(@Autowired ApplicationContext slice) {
            assertThat(slice.getBeanProvider(Orders.class)).hasSize(1);
            assertThat(slice.getBeanProvider(Stock.class)).isEmpty();
            assertThat(slice.getBeanProvider(Notes.class)).isEmpty();
        }
    }

    @Nested
    @XyTest(
            includeFilters =
                    @Filter(
                            type = FilterType.ASSIGNABLE_TYPE,
                            classes = {Doorman.class, Warehouse.class}),
            excludeFilters = @Filter(type = FilterType.REGEX, pattern = ".*Orders"))
    class WithFilters {

        @Test
        void componentsAreAddedAndLeftOut(@Autowired ApplicationContext slice, @Autowired XyTestPeers connecting) {
            assertThat(slice.getBeanProvider(Orders.class)).isEmpty();
            assertThat(slice.getBeanProvider(Stock.class)).hasSize(1);

            XyTestPeer peer = connecting.connect();
            String id = peer.id();
            peer.close();

            assertThat(slice.getBean(Doorman.class).seen).containsExactly("in " + id, "out " + id);
        }
    }

    @Nested
    @XyTest(
            handlers = Orders.class,
            properties = {
                "spring.jackson.default-property-inclusion=non_null",
                "xy.websocket.protocol.event-prefix=evt:"
            })
    class WithBeansAndPropertiesOfItsOwn {

        @TestConfiguration(proxyBeanMethods = false)
        static class Config {
            @Bean
            XyTestClock theTestsClock() {
                return new XyTestClock();
            }
        }

        @Test
        void theyCount(
                @Autowired XyTestPeers own, @Autowired XyBroadcaster broadcaster, @Autowired ApplicationContext slice) {
            XyTestPeer peer = own.connect();
            broadcaster.broadcast("note", new Said("hello", null));
            assertThat(peer.awaitText()).isEqualTo("{\"e\":\"evt:note\",\"p\":{\"text\":\"hello\"}}");
            assertThat(slice.getBeanNamesForType(XyTestClock.class)).containsExactly("theTestsClock");
        }

        record Said(String text, String from) {}
    }
}
