package io.xywebsocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectSlicerTests {

    private static final List<String> SEEDS = List.of(
            "{\"e\":\"c.add\",\"p\":[1,-2.5e+3,0.1E-2,0],\"id\":\"x\"}",
            "{ \"e\" : \"e.n\\u00e9\\n\\\"\\\\\\/\\b\\f\\r\\t\" , \"p\" : { \"a\" : [ ] , \"b\" : { } , \"c\" : null } }",
            "{\"p\":true,\"e\":\"x\",\"p\":false,\"\\u0065\":\"y\"}",
            "{\"p\":\"\u00e9\u20ac\ud83d\ude9a\",\"id\":12,\"__proto__\":{\"a\":{\"b\":{\"c\":[[[1]]]}}}}",
            "{}",
            "[1]",
            "\"e\"",
            "");

    private static final String LETTERS = "{}[]\",:\\ue+-.019 \n\t\u0000\u001f\u00e9\ud83dtrufalsn/b";

    @Test
    void cutsOutTheMembers() throws Exception {
        assertThat(Texts.slice("{ \"a\" : [1, 2] ,\"b\\u0063\":\"x\\\"\",\"a\":{\"c\":null}}"))
                .containsExactly(Map.entry("a", "{\"c\":null}"), Map.entry("bc", "\"x\\\"\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":-}",
                "{\"a\":1e}",
                "{\"a\":NaN}",
                "{\"a\":'x'}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":[1,]}",
                "{\"a\" 1}",
                "{\"a\":tru}",
                "{\"a\":truE}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\u123\"}",
                "{\"a\":\"\\u\uff11\uff12\uff13\uff14\"}",
                "{\"a\":\"tab\t\"}",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{\"a\":1",
                "{\"a",
                "{",
                "\ufeff{}",
                "{\"a\":1}\u0000",
                "{\u00a0}",
                "{\"a\":/*c*/1}",
                "{\"a\":1 2}",
                "{\"a\":}",
                "{:1}",
                "{\"a\":[}]}",
                "{,}",
                "null",
                "1"
            })
    void refusesWhatIsNoObjectOfJson(String text) {
        assertThatThrownBy(() -> Texts.slice(text)).isInstanceOf(MalformedFrameException.class);
    }

    /** A scan to the text's end for each member would take a minute. */
    @Test
    @Timeout(10)
    void takesTimeInProportionToTheText() throws Exception {
        String members = "\"aaaaaa\":1,".repeat(100_000);
        assertThat(Texts.decode(new FrameDecoder(Prefixes.DEFAULT), "{" + members + "\"e\":\"e.x\"}"))
                .isInstanceOf(Frame.Event.class);
        assertThat(Texts.slice("{" + members + "\"b\":2}")).hasSize(2);
    }

    @Test
    void boundsDepthAndNumbers() throws Exception {
        String deep = "[".repeat(499) + "]".repeat(499);
        assertThat(Texts.slice("{\"a\":" + deep + "}")).containsEntry("a", deep);
        assertThatThrownBy(() -> Texts.slice("{\"a\":[" + deep + "]}")).hasMessage("nested too deep");
        assertThat(Texts.slice("{\"a\":" + "1".repeat(1_000) + "}")).containsKey("a");
        assertThatThrownBy(() -> Texts.slice("{\"a\":" + "1".repeat(1_001) + "}"))
                .hasMessage("number too long");
    }

    /** A hundred thousand small damages to good texts. */
    @Test
    void agreesWithJackson() throws Exception {
        Random random = new Random(20_261_122);
        int good = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder damaged = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
                damage(damaged, random);
            }
            if (JacksonOracle.agrees(wellFormed(damaged))) {
                good++;
            }
        }
        assertThat(good).isGreaterThan(2_000);
    }

    /** Whoever brings a text has seen to it that it is UTF-8. */
    private static String wellFormed(StringBuilder damaged) {
        return new String(damaged.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static void damage(StringBuilder text, Random random) {
        int at = random.nextInt(text.length() + 1);
        char letter = LETTERS.charAt(random.nextInt(LETTERS.length()));
        switch (random.nextInt(4)) {
            case 0 -> text.insert(at, letter);
            case 1 -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf(letter));
            case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
            default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(8))));
        }
    }
}
