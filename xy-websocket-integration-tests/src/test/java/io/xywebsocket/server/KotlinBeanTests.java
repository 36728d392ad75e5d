package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.spring.handlers.KotlinFunctions;
import org.junit.jupiter.api.Test;

/** A bean that is written in Kotlin, in a whole application. */
class KotlinBeanTests {

    @Test
    void takesDefaultsAndRejectsNullOnTheWire() {
        try (App app = App.of(KotlinFunctions.class);
                RawClient client = app.connect()) {
            assertThat(client.ask("{\"e\":\"c.wholeOrDefault\",\"id\":1}")).contains("\"got default\"");
            assertThat(client.ask("{\"e\":\"c.defaulted\",\"p\":{\"sku\":\"nut\",\"note\":\"n\"},\"id\":2}"))
                    .contains("\"nut 2 ")
                    .contains(" n 4\"");
            assertThat(client.ask("{\"e\":\"c.named\",\"p\":{\"sku\":null,\"amount\":1},\"id\":3}"))
                    .contains("400", "'sku': must not be null");
            assertThat(client.ask("{\"e\":\"c.named\",\"p\":{\"sku\":\"nut\"},\"id\":4}"))
                    .contains("400", "Missing value 'amount'");
            assertThat(client.ask("{\"e\":\"c.unit\",\"id\":5}")).doesNotContain("\"p\"");
        }
    }
}
