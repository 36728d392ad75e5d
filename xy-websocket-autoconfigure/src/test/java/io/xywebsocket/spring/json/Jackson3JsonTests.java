package io.xywebsocket.spring.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.xywebsocket.XyBindingException;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Here and not with the tests of both lines: the older line doesn't have Jackson 3. */
class Jackson3JsonTests {

    record Item(String name, int amount) {}

    record Order(List<Item> items, Optional<String> note) {}

    static final class Cyclic {
        public Cyclic getSelf() {
            return this;
        }
    }

    private final XyJson json = Jackson3Json.of(JsonMapper.builder().build());

    @Test
    void readsAndWrites() {
        Order order = new Order(List.of(new Item("nut", 1)), Optional.of("soon"));
        assertThat(json.read(json.write(order), Order.class)).isEqualTo(order);
        assertThat(json.read("[{\"name\":\"nut\",\"amount\":1}]", new XyType<List<Item>>() {}.type()))
                .isEqualTo(List.of(new Item("nut", 1)));
        assertThat(json.read("null", Item.class)).isNull();
        assertThat(json.read("null", JsonNode.class)).isNotNull();
        assertThat(json.write(null)).isEqualTo("null");
    }

    @Test
    void saysWhereAValueDoesNotFitAndNamesNoClass() {
        misfit("{\"items\":[{\"amount\":1},{\"amount\":\"many\"}]}", Order.class, "items[1].amount", "a number");
        misfit("{\"items\":{}}", Order.class, "items", "an array");
        misfit("[1]", new XyType<List<Item>>() {}.type(), "[0]", "an object");
        misfit("{\"a\":{\"amount\":true}}", new XyType<Map<String, Item>>() {}.type(), "a.amount", "a number");
        assertThat(catchThrowableOfType(XyBindingException.class, () -> json.read("\"x\"", int.class)))
                .hasMessage("Invalid payload: expected a number");
    }

    @Test
    void refusesNullAndNothingForAPrimitiveWhateverTheMapperSays() {
        XyJson lenient = Jackson3Json.of(JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build());
        assertThat(catchThrowableOfType(
                        XyBindingException.class, () -> lenient.read("{\"name\":\"nut\",\"amount\":null}", Item.class)))
                .hasMessage("Invalid value at 'amount': expected a number");
        assertThat(catchThrowableOfType(XyBindingException.class, () -> lenient.read("{\"name\":\"nut\"}", Item.class)))
                .hasMessage("Invalid value at 'amount': expected a number");
    }

    @Test
    void saysOfAnUnknownMemberOnlyWhereItIs() {
        XyJson strict = Jackson3Json.of(JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
        assertThat(catchThrowableOfType(
                        XyBindingException.class, () -> strict.read("{\"amount\":1,\"other\":1}", Item.class)))
                .hasMessage("Invalid value at 'other'");
        assertThat(json.read("{\"amount\":1,\"other\":1}", Item.class)).isEqualTo(new Item(null, 1));
    }

    @Test
    void aTypeThatNoTextFitsIsAMistakeOfThisSide() {
        assertThatThrownBy(() -> json.read("{}", Runnable.class)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void doesNotQuoteThePayloadWhateverTheMapperSays() {
        XyJson quoting = Jackson3Json.of(JsonMapper.builder()
                .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build());
        assertThatThrownBy(() -> quoting.read("{\"amount\":\"SECRET\"}", Runnable.class))
                .cause()
                .hasMessageContaining("Runnable")
                .message()
                .doesNotContain("SECRET");
    }

    @Test
    void refusesWhatCanNotBeSerialised() {
        assertThatThrownBy(() -> json.write(new Cyclic())).isInstanceOf(IllegalArgumentException.class);
    }

    private void misfit(String text, Type type, String path, String expected) {
        XyBindingException misfit = catchThrowableOfType(XyBindingException.class, () -> json.read(text, type));
        assertThat(misfit).hasMessage("Invalid value at '" + path + "': expected " + expected);
        assertThat(misfit.path()).isEqualTo(path);
    }
}
