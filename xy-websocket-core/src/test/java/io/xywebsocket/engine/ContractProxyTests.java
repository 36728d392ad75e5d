package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.contracts.Contracts;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContractProxyTests extends WithEndpoints {

    interface Base<T> {
        @XyRpc
        Object base();
    }

    interface Stock extends Base<String> {
        @XyRpc("stock.level")
        int level(String sku);

        @XyRpc
        List<Map<String, Integer>> move(String sku, int amount);

        @XyRpc
        CompletableFuture<List<Integer>> later();

        @XyRpc
        CompletionStage<String> stage(String text);

        @XyRpc
        void reset();

        @XyRpc
        String nullable(String text);

        @XyEvent("stock.changed")
        void changed(String sku);

        @XyEvent
        boolean seen();

        default int both(String one, String other) {
            return level(one) + level(other);
        }

        static String constant() {
            return "constant";
        }

        @Override
        @XyRpc
        String base();
    }

    private RawPeer peer;
    private Stock stock;

    @BeforeEach
    void connect() {
        peer = connect(endpoint());
        stock = peer.peer().proxy(Stock.class);
    }

    /** Answers every call with the payload {@code answer}, on another thread. */
    private void answering(String answer, int times) {
        Thread thread = new Thread(() -> {
            for (int i = 0; i < times; i++) {
                String call = peer.nextWith("\"e\":\"c.");
                calls.add(call);
                peer.send("{\"e\":\"resolve.\",\"id\":" + RawPeer.idOf(call)
                        + (answer == null ? "" : ",\"p\":" + answer) + "}");
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private final List<String> calls = new java.util.concurrent.CopyOnWriteArrayList<>();

    @Test
    void oneParameterIsThePayloadItself() {
        answering("7", 1);
        assertThat(stock.level("a")).isEqualTo(7);
        assertThat(calls).containsExactly(deadlines("stock.level", "\"a\"", "\"1\"", 5000));
    }

    @Test
    void severalParametersAreAnObjectByTheirNames() {
        answering("[{\"a\":1}]", 1);
        assertThat(stock.move("a", 3)).containsExactly(Map.of("a", 1));
        assertThat(calls).containsExactly(deadlines("move", "{\"sku\":\"a\",\"amount\":3}", "\"1\"", 5000));
    }

    @Test
    void futuresAndStagesDoNotWait() throws Exception {
        CompletableFuture<List<Integer>> later = stock.later();
        assertThat(peer.next()).isEqualTo("{\"e\":\"c.later\",\"id\":\"1\",\"ttl\":5000}");
        assertThat(later).isNotDone();
        peer.send(resolved("later", "\"1\"", "[1]"));
        assertThat(later.get(5, TimeUnit.SECONDS)).containsExactly(1);
        CompletionStage<String> stage = stock.stage("a");
        peer.answerNext("stage", "\"b\"");
        assertThat(stage.toCompletableFuture().get(5, TimeUnit.SECONDS)).isEqualTo("b");
    }

    @Test
    void voidWaitsForTheAnswerAndDropsIt() {
        answering("{\"any\":1}", 1);
        stock.reset();
        assertThat(calls).hasSize(1);
    }

    @Test
    void nullGoesAsNullAndComesAsNull() {
        answering("null", 1);
        assertThat(stock.nullable(null)).isNull();
        assertThat(calls).containsExactly(deadlines("nullable", "null", "\"1\"", 5000));
    }

    @Test
    void aMissingAnswerForAPrimitiveIsAnErrorThatSaysSo() {
        answering(null, 1);
        assertThatThrownBy(() -> stock.level("a"))
                .isInstanceOf(XyException.class)
                .hasMessageContaining("'stock.level'");
    }

    @Test
    void eventsAreSent() {
        stock.changed("a");
        assertThat(peer.next()).isEqualTo("{\"e\":\"e.stock.changed\",\"p\":\"a\"}");
        assertThat(stock.seen()).isTrue();
        assertThat(peer.next()).isEqualTo("{\"e\":\"e.seen\"}");
        peer.vanish();
        org.awaitility.Awaitility.await().until(() -> !stock.seen());
    }

    @Test
    void defaultMethodsRunAsTheyAre() {
        answering("4", 2);
        assertThat(stock.both("a", "b")).isEqualTo(8);
    }

    @Test
    void defaultMethodsOfAContractThatOnlyItsPackageSeesRunToo() {
        answering("\"x\"", 2);
        assertThat(Contracts.locateTwice(peer.peer(), "a")).isEqualTo("xx");
    }

    @Test
    void anOverriddenMethodAnswersItsOwnTypeThroughTheInheritedOneToo() {
        answering("{\"a\":1}", 1);
        Base<String> base = stock;
        assertThatThrownBy(base::base).isInstanceOf(XyException.class).hasMessageContaining("a text");
    }

    @Test
    void aRejectionIsThrownAsItIs() {
        Thread thread = new Thread(() -> {
            String call = peer.next();
            peer.send(rejected("", RawPeer.idOf(call), "{\"ok\":false,\"status\":409,\"message\":\"m\"}"));
        });
        thread.start();
        assertThatThrownBy(() -> stock.level("a"))
                .isInstanceOf(XyException.class)
                .hasMessage("m");
    }

    @Test
    void aProxyIsEqualToItselfAlone() {
        assertThat(stock).isEqualTo(stock).isNotEqualTo(peer.peer().proxy(Stock.class));
        assertThat(stock.hashCode()).isEqualTo(stock.hashCode());
        assertThat(stock).asString().startsWith("Stock of XyPeer[");
    }

    interface Unmarked {
        void f();
    }

    interface Both {
        @XyRpc
        @XyEvent
        void f();
    }

    interface EventWithAnswer {
        @XyEvent
        String f();
    }

    interface WithPeer {
        @XyRpc
        String f(String text, XyPeer peer);
    }

    interface WithPrincipal {
        @XyRpc
        String f(Principal user);
    }

    interface RawFuture {
        @XyRpc
        @SuppressWarnings("rawtypes")
        CompletableFuture f();
    }

    @Test
    void misuseIsRefusedWhenTheProxyIsMade() {
        Map<Class<?>, String> misuses = Map.of(
                String.class, "is not an interface",
                Unmarked.class, "has neither @XyRpc nor @XyEvent and is not a default method",
                Both.class, "can't be both a function and an event",
                EventWithAnswer.class, "sends an event and so can return nothing but void, boolean or int",
                WithPeer.class, "only the answering side can fill: XyPeer",
                WithPrincipal.class, "only the answering side can fill: Principal",
                RawFuture.class, "must say what its future holds");
        misuses.forEach(
                (contract, message) -> assertThatThrownBy(() -> peer.peer().proxy(contract))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(message)
                        .hasMessageContaining(contract == String.class ? "String" : contract.getSimpleName() + ".f("));
    }
}
