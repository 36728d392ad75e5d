package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.xywebsocket.XyException;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Component;

class ArgumentTests {

    private final Handlers handlers = Handlers.of(Functions.class, Orders.class);

    @AfterEach
    void close() {
        handlers.close();
    }

    record Courier(int x, int y) {}

    record Scan(String parcel, Courier courier) {}

    record Order(String sku, int amount) {}

    record User(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    record Guest(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    interface Own {
        @Retention(RetentionPolicy.RUNTIME)
        @interface Nullable {}
    }

    abstract static class Generic<T> {
        @XyRpc
        String one(T order) {
            return order.toString();
        }

        @XyRpc
        String many(List<T> orders) {
            return orders.toString();
        }

        @XyRpc
        String named(T order, Map<String, List<T>> byName) {
            return order + " " + byName;
        }

        @XyRpc
        String maybe(Optional<List<T>> orders) {
            return orders.toString();
        }
    }

    @Component
    static class Orders extends Generic<Order> {}

    @Component
    static class Functions {
        @XyRpc
        Object whole(Scan scan) {
            return scan;
        }

        @XyRpc
        String text(String text) {
            return "got " + text;
        }

        @XyRpc
        int doubled(int amount) {
            return amount * 2;
        }

        @XyRpc
        String list(List<Order> orders) {
            return orders.get(0).sku();
        }

        @XyRpc
        String move(String sku, int amount, XyPeer peer) {
            return sku + " " + amount + " " + peer.id();
        }

        @XyRpc
        Object scanned(Scan scan, String by) {
            return scan + by;
        }

        @XyRpc
        String options(@Nullable String note, Optional<Integer> amount, @Own.Nullable Integer limit) {
            return note + " " + amount + " " + limit;
        }

        @XyRpc
        String references(String sku, Integer amount, Optional<Order> order) {
            return sku + " " + amount + " " + order;
        }

        @XyRpc
        String optional(Optional<Order> order) {
            return order.toString();
        }

        @XyRpc
        String nullable(@Nullable Order order) {
            return "got " + order;
        }

        @XyRpc
        String raw(XyPayload payload, XyHandshake handshake) {
            return payload.isPresent()
                    + payload.json()
                    + handshake.header("x-tenant").orElse("");
        }

        @XyRpc
        String rawAndNamed(XyPayload payload, String sku, int amount) {
            return payload.json() + sku + amount;
        }

        @XyRpc
        String user(Principal user) {
            return user.getName();
        }

        @XyRpc
        String subtype(User user, String note) {
            return user.name() + note;
        }

        @XyRpc
        String anybody(@Nullable Principal user, Optional<User> same) {
            return (user == null ? "nobody" : user.getName())
                    + same.map(User::name).orElse("");
        }

        @XyRpc
        String none() {
            return "ran";
        }
    }

    @Test
    void givesASinglePayloadParameterThePayloadWhole() throws Exception {
        assertThat(handlers.call("whole", "{\"parcel\":\"p1\",\"courier\":{\"x\":1,\"y\":2}}"))
                .isEqualTo(new Scan("p1", new Courier(1, 2)));
        assertThat(handlers.call("text", "\"x\"")).isEqualTo("got x");
        assertThat(handlers.call("doubled", "21")).isEqualTo(42);
        assertThat(handlers.call("list", "[{\"sku\":\"nut\",\"amount\":1}]")).isEqualTo("nut");
    }

    @Test
    void bindsSeveralPayloadParametersByNameAndIgnoresOtherMembers() throws Exception {
        assertThat(handlers.call("move", "{\"other\":[1],\"amount\":3,\"sku\":\"nut\"}"))
                .isEqualTo("nut 3 peer-1");
    }

    @Test
    void ignoresThePayloadWhenNobodyAsksForIt() throws Exception {
        assertThat(handlers.call("none", "{\"a\":1}")).isEqualTo("ran");
        assertThat(handlers.call("none")).isEqualTo("ran");
    }

    @Test
    void keepsGenericTypesThroughSuperclasses() throws Exception {
        String order = "{\"sku\":\"nut\",\"amount\":1}";
        String bound = "Order[sku=nut, amount=1]";
        assertThat(handlers.call("one", order)).isEqualTo(bound);
        assertThat(handlers.call("many", "[" + order + "]")).isEqualTo("[" + bound + "]");
        assertThat(handlers.call("maybe", "[" + order + "]")).isEqualTo("Optional[[" + bound + "]]");
        assertThat(handlers.call("named", "{\"order\":" + order + ",\"byName\":{\"a\":[" + order + "]}}"))
                .isEqualTo(bound + " {a=[" + bound + "]}");
    }

    @Test
    void rejectsAMissingPayload() {
        rejected(handlers.rejection("whole"), 400, "Missing payload");
        rejected(handlers.rejection("doubled"), 400, "Missing payload");
        rejected(handlers.rejection("move"), 400, "Missing value 'sku'");
    }

    @Test
    void rejectsAMissingMemberByName() {
        rejected(handlers.rejection("move", "{\"amount\":1}"), 400, "Missing value 'sku'");
        rejected(handlers.rejection("move", "{\"sku\":\"nut\"}"), 400, "Missing value 'amount'");
        rejected(handlers.rejection("references", "{\"sku\":\"nut\"}"), 400, "Missing value 'amount'");
    }

    @Test
    void takesNullForAReferenceButNotForAPrimitive() throws Exception {
        assertThat(handlers.call("text", "null")).isEqualTo("got null");
        assertThat(handlers.call("references", "{\"sku\":null,\"amount\":null,\"order\":null}"))
                .isEqualTo("null null Optional.empty");
        rejected(handlers.rejection("doubled", "null"), 400, "Invalid payload: expected a number");
        rejected(
                handlers.rejection("move", "{\"sku\":\"nut\",\"amount\":null}"),
                400,
                "Invalid value at 'amount': expected a number");
    }

    @Test
    void takesNothingForOptionalAndNullableParameters() throws Exception {
        assertThat(handlers.call("options")).isEqualTo("null Optional.empty null");
        assertThat(handlers.call("options", "{}")).isEqualTo("null Optional.empty null");
        assertThat(handlers.call("options", "{\"note\":\"n\",\"amount\":1,\"limit\":2}"))
                .isEqualTo("n Optional[1] 2");
        assertThat(handlers.call("optional")).isEqualTo("Optional.empty");
        assertThat(handlers.call("optional", "null")).isEqualTo("Optional.empty");
        assertThat(handlers.call("optional", "{\"sku\":\"nut\",\"amount\":1}"))
                .isEqualTo("Optional[Order[sku=nut, amount=1]]");
        assertThat(handlers.call("nullable")).isEqualTo("got null");
    }

    @Test
    void rejectsAPayloadThatIsNoObjectWhereSeveralParametersNeedOne() {
        rejected(handlers.rejection("move", "[1]"), 400, "Invalid payload: expected an object");
        rejected(handlers.rejection("move", "null"), 400, "Invalid payload: expected an object");
        rejected(handlers.rejection("options", "\"n\""), 400, "Invalid payload: expected an object");
    }

    @Test
    void saysWhereAValueDoesNotFitAndNamesNoClass() {
        rejected(handlers.rejection("doubled", "\"many\""), 400, "Invalid payload: expected a number");
        rejected(
                handlers.rejection("move", "{\"sku\":\"nut\",\"amount\":\"many\"}"),
                400,
                "Invalid value at 'amount': expected a number");
        rejected(
                handlers.rejection("scanned", "{\"by\":\"ann\",\"scan\":{\"courier\":{\"x\":\"here\"}}}"),
                400,
                "Invalid value at 'scan.courier.x': expected a number");
        rejected(
                handlers.rejection("whole", "{\"courier\":{\"x\":\"here\"}}"),
                400,
                "Invalid value at 'courier.x': expected a number");
        rejected(handlers.rejection("list", "[1]"), 400, "Invalid value at '[0]': expected an object");
        rejected(
                handlers.rejection("named", "{\"order\":null,\"byName\":{\"a\":[{\"amount\":1},{\"amount\":[]}]}}"),
                400,
                "Invalid value at 'byName.a[1].amount': expected a number");
    }

    @Test
    void givesTheRawPayloadBesideTheOthers() throws Exception {
        assertThat(handlers.call("raw", "{\"a\":1}")).isEqualTo("true{\"a\":1}north");
        assertThat(handlers.call("raw")).isEqualTo("falsenorth");
        assertThat(handlers.call("rawAndNamed", "{\"sku\":\"nut\",\"amount\":1}"))
                .isEqualTo("{\"sku\":\"nut\",\"amount\":1}nut1");
    }

    @Test
    void givesThePrincipalOrRejectsWith401() throws Exception {
        assertThat(handlers.callAs(new User("ann"), "user")).isEqualTo("ann");
        rejected(
                catchThrowableOfType(XyException.class, () -> handlers.callAs(null, "user")), 401, "Not authenticated");
        rejected(
                catchThrowableOfType(XyException.class, () -> handlers.callAs(new Guest("joe"), "subtype")),
                401,
                "Not authenticated");
    }

    @Test
    void takesNobodyWhereThePrincipalIsNotRequired() throws Exception {
        assertThat(handlers.callAs(null, "anybody")).isEqualTo("nobody");
        assertThat(handlers.callAs(new User("ann"), "anybody")).isEqualTo("annann");
        assertThat(handlers.callAs(new Guest("joe"), "anybody")).isEqualTo("joe");
    }

    private static void rejected(XyException rejection, int status, String message) {
        assertThat(rejection).hasMessage(message);
        assertThat(rejection.status()).isEqualTo(status);
    }
}
