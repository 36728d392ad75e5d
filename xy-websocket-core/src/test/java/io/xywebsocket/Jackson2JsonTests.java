package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class Jackson2JsonTests {

    record Item(String name, int amount) {}

    record Order(List<Item> items) {}

    private final XyJson json = XyJson.jackson2(new ObjectMapper());

    @Test
    void saysWhereAValueDoesNotFitAndNamesNoClass() {
        assertThatThrownBy(() -> json.read("{\"items\":[{\"name\":\"nut\",\"amount\":\"many\"}]}", Order.class))
                .isInstanceOf(XyBindingException.class)
                .hasMessage("Invalid value at 'items[0].amount': expected a number");
    }

    @Test
    void refusesNullAndNothingForAPrimitiveWhateverTheMapperSays() {
        for (String item : List.of("{\"name\":\"nut\"}", "{\"name\":\"nut\",\"amount\":null}")) {
            assertThatThrownBy(() -> json.read(item, Item.class)).isInstanceOf(XyBindingException.class);
        }
    }

    @Test
    void aTypeThatNoTextFitsIsAMistakeOfThisSide() {
        assertThatThrownBy(() -> json.read("{}", Runnable.class)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void thePlainOneIgnoresUnknownMembers() {
        assertThat(XyJson.plain().read("{\"name\":\"nut\",\"amount\":1,\"more\":2}", Item.class))
                .isEqualTo(new Item("nut", 1));
    }
}
