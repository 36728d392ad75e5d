package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a value is declared as, and in which view, reaches the JSON library: its class alone doesn't say what a list holds. */
class DeclaredTypeTests extends WithEndpoints {

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    sealed interface Shape {}

    @JsonTypeName("circle")
    record Circle(int radius) implements Shape {}

    @JsonTypeName("square")
    record Square(int side) implements Shape {}

    record Page<T>(List<T> items, int total) {}

    static class Public {}

    static class Internal extends Public {}

    record Account(@JsonView(Public.class) String name, @JsonView(Internal.class) @Nullable String pin) {}

    private static final XyType<List<Shape>> SHAPES = new XyType<>() {};
    private static final List<Shape> TWO = List.of(new Circle(1), new Square(2));
    private static final String TWO_JSON = "[{\"kind\":\"circle\",\"radius\":1},{\"kind\":\"square\",\"side\":2}]";

    interface Drawings<T> {
        @XyRpc
        List<T> draw(List<T> shapes);

        @XyRpc
        CompletableFuture<Optional<Page<T>>> page(Page<T> shapes);

        @XyRpc
        int several(Map<String, ? extends T> named, int scale, Optional<List<T>> others, @Nullable List<T> none);

        @XyEvent
        void drawn(List<T> shapes);

        @XyEvent
        void one(T shape);

        @XyEvent
        @SuppressWarnings("rawtypes")
        void raw(List shapes);
    }

    interface Shapes extends Drawings<Shape> {}

    /** A peer that echoes the payload of each call, or answers otherwise. */
    private static String answering(RawPeer peer, @Nullable String answer, Runnable call) {
        CompletableFuture<String> frame = CompletableFuture.supplyAsync(() -> {
            String came = peer.nextWith("\"e\":\"c.");
            String payload = answer == null ? payloadOf(came) : answer;
            peer.send("{\"e\":\"resolve.\",\"id\":" + RawPeer.idOf(came) + ",\"p\":" + payload + "}");
            return came;
        });
        call.run();
        return payloadOf(frame.join());
    }

    private static String payloadOf(String frame) {
        int end = frame.contains(",\"id\":") ? frame.lastIndexOf(",\"id\":") : frame.length() - 1;
        return frame.substring(frame.indexOf("\"p\":") + 4, end);
    }

    private static XyEndpoint intercepted(XyEndpointBuilder settings) {
        return settings.interceptor(new XyInterceptor() {}).build();
    }

    private XyEndpoint endpoint(boolean interceptor) {
        return interceptor ? closing(intercepted(XyEndpoint.builder())) : endpoint();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAContractsArgumentsAndAnswers(boolean interceptor) {
        RawPeer peer = connect(endpoint(interceptor));
        Shapes shapes = peer.peer().proxy(Shapes.class);

        assertThat(answering(peer, null, () -> assertThat(shapes.draw(TWO)).isEqualTo(TWO)))
                .isEqualTo(TWO_JSON);
        Page<Shape> page = new Page<>(TWO, 2);
        assertThat(answering(
                        peer, null, () -> assertThat(shapes.page(page).join()).contains(page)))
                .isEqualTo("{\"items\":" + TWO_JSON + ",\"total\":2}");
        assertThat(answering(peer, "7", () -> assertThat(
                                shapes.several(Map.of("a", new Circle(1)), 3, Optional.of(TWO), null))
                        .isEqualTo(7)))
                .isEqualTo("{\"named\":{\"a\":{\"kind\":\"circle\",\"radius\":1}},\"scale\":3,\"others\":" + TWO_JSON
                        + ",\"none\":null}");
        assertThat(answering(peer, "7", () -> shapes.several(Map.of(), 3, Optional.empty(), null)))
                .isEqualTo("{\"named\":{},\"scale\":3,\"none\":null}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAContractsEvents(boolean interceptor) {
        RawPeer peer = connect(endpoint(interceptor));
        Shapes shapes = peer.peer().proxy(Shapes.class);
        shapes.drawn(TWO);
        assertThat(peer.next()).isEqualTo(event("drawn", TWO_JSON));
        shapes.drawn(new ArrayList<>(Arrays.asList(new Circle(1), null)));
        assertThat(peer.next()).isEqualTo(event("drawn", "[{\"kind\":\"circle\",\"radius\":1},null]"));
        shapes.drawn(List.of());
        assertThat(peer.next()).isEqualTo(event("drawn", "[]"));
        shapes.one(new Square(2));
        assertThat(peer.next()).isEqualTo(event("one", "{\"kind\":\"square\",\"side\":2}"));
        shapes.raw(List.of(1, "a"));
        assertThat(peer.next()).isEqualTo(event("raw", "[1,\"a\"]"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAValueThatIsSent(boolean interceptor) {
        XyEndpoint endpoint = endpoint(interceptor);
        RawPeer peer = connect(endpoint);
        String sent = event("shapes", TWO_JSON);

        peer.peer().send("shapes", SHAPES.value(TWO));
        assertThat(peer.next()).isEqualTo(sent);
        peer.peer().sendLatest("shapes", "key", SHAPES.value(TWO));
        assertThat(peer.next()).isEqualTo(sent);
        endpoint.broadcaster().broadcast("shapes", SHAPES.value(TWO));
        assertThat(peer.next()).isEqualTo(sent);
        endpoint.broadcaster().broadcast("shapes", endpoint.payload(SHAPES.value(TWO)));
        assertThat(peer.next()).isEqualTo(sent);
        assertThat(answering(peer, null, () -> assertThat(peer.peer().await("draw", SHAPES.value(TWO), SHAPES))
                        .isEqualTo(TWO)))
                .isEqualTo(TWO_JSON);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAnAnswer(boolean interceptor) {
        XyEndpoint endpoint = endpoint(interceptor);
        RawPeer peer = connect(endpoint);
        XyHandlers handlers = endpoint.handlers();
        handlers.register("typed", (name, payload, from) -> TWO, SHAPES);
        handlers.register("later", (name, payload, from) -> CompletableFuture.supplyAsync(() -> TWO), SHAPES);
        handlers.register("value", Object.class, any -> SHAPES.value(TWO));
        handlers.register("raw", (name, payload, from) -> XyPayload.ofJson("[1]", XyJson.plain()), SHAPES);
        handlers.register("null", (name, payload, from) -> null, SHAPES);
        handlers.register("other", (name, payload, from) -> Map.of("a", 1), SHAPES);

        for (String name : List.of("typed", "later", "value")) {
            assertThat(peer.ask(call(name, "0", "1"))).isEqualTo(resolved(name, "1", TWO_JSON));
        }
        assertThat(peer.ask(call("raw", "1"))).isEqualTo(resolved("raw", "1", "[1]"));
        assertThat(peer.ask(call("null", "1"))).isEqualTo(resolved("null", "1", "null"));
        assertThat(peer.ask(call("other", "1"))).isEqualTo(resolved("other", "1", "{\"a\":1}"));
    }

    @Test
    void ofWhatAnInterceptorAnswersInThePeersPlace() {
        RawPeer peer = connect(endpoint(settings -> settings.interceptor(
                Intercept.outgoingCalls((message, chain) -> CompletableFuture.completedFuture(message.answer(TWO))))));
        assertThat(peer.peer().await("draw", SHAPES)).isEqualTo(TWO);
    }

    @Test
    void ofAPayloadThatAnInterceptorReplaces() {
        RawPeer peer = connect(endpoint(settings -> settings.interceptor(
                Intercept.all((message, chain) -> chain.proceed(message.withPayload(SHAPES.value(TWO)))))));
        peer.peer().send("shapes");
        assertThat(peer.next()).isEqualTo(event("shapes", TWO_JSON));
    }

    /** One that an application wrote before there were declared types and views. */
    private static XyJson ofOldTimes() {
        XyJson plain = XyJson.plain();
        return new XyJson() {
            @Override
            public @Nullable Object read(String json, Type type) {
                return plain.read(json, type);
            }

            @Override
            public String write(@Nullable Object value) {
                return plain.write(value);
            }
        };
    }

    @Test
    void isNoConcernOfAnXyJsonOfTheApplicationsThatDoesNotKnowIt() {
        XyEndpoint endpoint = endpoint(settings -> settings.json(ofOldTimes()));
        RawPeer peer = connect(endpoint);
        endpoint.handlers().register("typed", (name, payload, from) -> List.of(new Circle(1)), SHAPES);
        assertThat(peer.ask(call("typed", "1"))).isEqualTo(resolved("typed", "1", "[{\"radius\":1}]"));
        peer.peer().proxy(Shapes.class).drawn(List.of(new Circle(1)));
        assertThat(peer.next()).isEqualTo(event("drawn", "[{\"radius\":1}]"));
        assertThatThrownBy(() -> peer.peer()
                        .send(
                                "account",
                                XyType.of(Account.class).withView(Public.class).value(null)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("XyJson.withView");
    }

    // ---- views

    interface Accounts {
        @XyRpc
        @JsonView(Public.class)
        Account update(@JsonView(Internal.class) Account account);

        @XyRpc
        void both(@JsonView(Public.class) Account shown, Account whole, @JsonView(Public.class) List<Account> all);

        @XyEvent
        void updated(@JsonView(Public.class) Account account);
    }

    interface Again extends Accounts {
        @Override
        Account update(Account account);
    }

    private static final Account ADA = new Account("Ada", "1234");

    @Test
    void aContractsViewsAreThoseOfItsMethodsAndParameters() {
        RawPeer peer = connect(endpoint());
        for (Class<? extends Accounts> contract : List.of(Accounts.class, Again.class)) {
            Accounts accounts = peer.peer().proxy(contract);
            String whole = "{\"name\":\"Ada\",\"pin\":\"1234\"}";
            assertThat(answering(
                            peer, whole, () -> assertThat(accounts.update(ADA)).isEqualTo(new Account("Ada", null))))
                    .isEqualTo(whole);
            assertThat(answering(peer, "0", () -> accounts.both(ADA, ADA, List.of(ADA))))
                    .isEqualTo("{\"shown\":{\"name\":\"Ada\"},\"whole\":" + whole + ",\"all\":[{\"name\":\"Ada\"}]}");
            accounts.updated(ADA);
            assertThat(peer.next()).isEqualTo(event("updated", "{\"name\":\"Ada\"}"));
        }
    }

    @Test
    void aPayloadIsReadAndWrittenInAView() {
        XyJson json = XyJson.jackson2(new ObjectMapper());
        XyType<Account> shown = XyType.of(Account.class).withView(Public.class);
        XyPayload payload = XyPayload.ofJson("{\"name\":\"Ada\",\"pin\":\"1234\"}", json);
        assertThat(payload.as(shown)).isEqualTo(new Account("Ada", null));
        assertThat(payload.as(shown.withView(Internal.class))).isEqualTo(ADA);
        assertThat(XyPayload.of(shown.value(ADA), json).json()).isEqualTo("{\"name\":\"Ada\"}");
        assertThat(XyPayload.of(
                                new XyType<List<Account>>() {}.withView(Public.class)
                                        .value(List.of(ADA)),
                                json)
                        .json())
                .isEqualTo("[{\"name\":\"Ada\"}]");
    }

    interface TwoViews {
        @XyRpc
        @JsonView({Public.class, Internal.class})
        Account two();
    }

    interface NoAnswer {
        @XyRpc
        @JsonView(Public.class)
        CompletableFuture<Void> none(Account account);
    }

    interface OfAnEvent {
        @XyEvent
        @JsonView(Public.class)
        void event(Account account);
    }

    interface OfAParameter {
        @XyRpc
        void two(@JsonView({}) Account account);
    }

    @Test
    void aViewThatCanNotBeIsRefusedWhenTheProxyIsMade() {
        XyPeer peer = connect(endpoint()).peer();
        Consumer<Class<?>> refused = contract -> assertThatThrownBy(() -> peer.proxy(contract))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has a @JsonView");
        List.<Class<?>>of(TwoViews.class, NoAnswer.class, OfAnEvent.class, OfAParameter.class)
                .forEach(refused);
    }
}
