package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyRegistration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the log says of calls of names that are not registered. */
class UnknownNamesTests extends WithEndpoints {

    private final XyEndpoint endpoint = endpoint();

    private void register(String... names) {
        for (String name : names) {
            endpoint.handlers().register(name, (called, payload, peer) -> 1);
        }
    }

    /** The lines of a call that is answered 404. */
    private List<String> linesOf(String name, Level level) {
        try (LogCapture log = new LogCapture(level)) {
            RawPeer peer = connect(endpoint);
            assertThat(peer.ask(call(name, "1"))).contains("\"status\":404");
            String start = "Peer " + peer.peer().id() + " calls ";
            return log.lines(Level.DEBUG).stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Orders.List, the case",
        "orders.lst, a letter left out",
        "orders.listt, a letter added",
        "orders.lisT, the case of the last one",
        "xorders.list, a letter in front",
        "orders_list, another letter",
        "rders.list, without the first",
        "orders.lis, without the last",
        "Orders.Liszt, both"
    })
    void nameTheFunctionThatWasMeantPerhaps(String called, String what) {
        register("orders.list", "orders.delete", "time");
        assertThat(linesOf(called, Level.DEBUG))
                .as(what)
                .containsExactly("'" + called + "', which is not registered; did it mean 'orders.list'?");
    }

    @ParameterizedTest
    @CsvSource({"orders.lsit", "orders.lixxt", "orders", "orders.listing", "x", "orderslists"})
    void listWhatIsRegisteredIfNothingIsNear(String name) {
        register("orders.list", "orders.delete", "time");
        assertThat(linesOf(name, Level.DEBUG))
                .containsExactly(
                        "'" + name + "', which is not registered; functions are orders.delete, orders.list, time");
    }

    @Test
    void listTwentyNamesAtMost() {
        for (int i = 10; i < 45; i++) {
            register("function." + i);
        }
        assertThat(linesOf("x", Level.DEBUG))
                .singleElement()
                .asString()
                .contains("functions are function.10, function.11, ")
                .contains(", function.29 and 15 more")
                .doesNotContain("function.30");
    }

    @Test
    void sayThatThereAreNone() {
        assertThat(linesOf("x", Level.DEBUG)).containsExactly("'x', which is not registered; there are no functions");
    }

    @Test
    void areNoAffairOfTheLogUnlessItIsAtDebug() {
        register("time");
        assertThat(linesOf("Time", Level.INFO)).isEmpty();
    }

    @Test
    void doNotForgeLines() {
        register("time");
        assertThat(linesOf("a\\nFORGED", Level.DEBUG))
                .containsExactly("'a?FORGED', which is not registered; functions are time");
    }

    @Test
    void areAnsweredByTheFallbackWithoutALine() {
        endpoint.handlers().fallback((name, payload, peer) -> name);
        try (LogCapture log = new LogCapture(Level.DEBUG)) {
            assertThat(connect(endpoint).ask(call("x", "1"))).isEqualTo(resolved("x", "1", "\"x\""));
            assertThat(log.lines(Level.DEBUG)).noneMatch(line -> line.contains("not registered"));
        }
    }

    @Test
    void areNotCountedAsFunctionsNorAsEvents() {
        register("a", "b");
        endpoint.handlers().fallback((name, payload, peer) -> 1);
        XyRegistration once = endpoint.handlers().on("e", (name, payload, peer) -> {});
        endpoint.handlers().on("e", (name, payload, peer) -> {});
        endpoint.handlers().onUnhandled((name, payload, peer) -> {});
        assertThat(endpoint.functionCount()).isEqualTo(2);
        assertThat(endpoint.eventCount()).isEqualTo(1);
        once.close();
        endpoint.handlers().unregister("a");
        assertThat(endpoint.functionCount()).isEqualTo(1);
        assertThat(endpoint.eventCount()).isEqualTo(1);
    }
}
