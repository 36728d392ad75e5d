package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XyHandshakeTests {

    private static final URI WS = URI.create("/ws?room=7");

    @Test
    void hasWhatItWasBuiltWith() {
        Principal ada = () -> "ada";
        XyHandshake handshake = XyHandshake.builder(WS)
                .header("X-Depot", "north")
                .headers(Map.of("x-depot", List.of("south"), "Accept", List.of("a", "b")))
                .principal(ada)
                .remoteAddress("203.0.113.9")
                .build();

        assertThat(handshake.uri()).isEqualTo(WS);
        assertThat(handshake.headers().get("X-DEPOT")).containsExactly("north", "south");
        assertThat(handshake.header("accept")).contains("a");
        assertThat(handshake.header("none")).isEmpty();
        assertThat(handshake.principal()).isSameAs(ada);
        assertThat(handshake.remoteAddress()).isEqualTo("203.0.113.9");
    }

    @Test
    void hasNothingElse() {
        XyHandshake handshake = XyHandshake.builder(WS).build();

        assertThat(handshake.headers()).isEmpty();
        assertThat(handshake.principal()).isNull();
        assertThat(handshake.remoteAddress()).isNull();
    }

    @Test
    void doesNotChangeWithItsBuilderOrItsHeaders() {
        List<String> values = new ArrayList<>(List.of("a"));
        XyHandshake.Builder builder = XyHandshake.builder(WS).headers(Map.of("x", values));
        XyHandshake handshake = builder.build();
        values.add("b");
        builder.header("x", "c");

        assertThat(handshake.headers()).isEqualTo(Map.of("x", List.of("a")));
        assertThatThrownBy(() -> handshake.headers().remove("x")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void keepsOneNoteOfEachType() {
        XyHandshake handshake = XyHandshake.builder(WS).build();
        assertThat(XyInternals.note(handshake, CharSequence.class)).isNull();

        XyInternals.note(handshake, CharSequence.class, "first");
        XyInternals.note(handshake, CharSequence.class, "second");
        XyInternals.note(handshake, Integer.class, 1);

        assertThat(XyInternals.note(handshake, CharSequence.class)).isEqualTo("first");
        assertThat(XyInternals.note(handshake, Integer.class)).isEqualTo(1);
        assertThat(XyInternals.note(handshake, String.class)).isNull();
    }
}
