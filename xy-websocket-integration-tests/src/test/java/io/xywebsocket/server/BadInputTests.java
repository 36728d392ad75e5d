package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.server.RawClient.Closing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class BadInputTests {

    private static App app;

    private RawClient client;
    private RawClient bystander;

    @BeforeAll
    static void start() {
        app = App.with("xy.websocket.max-message-size=64KB").start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
        bystander = app.connect();
    }

    @AfterEach
    void nobodyElseWasDisturbed() {
        assertThat(bystander.call("add", "{\"a\":1,\"b\":2}").next())
                .isEqualTo("{\"e\":\"resolve.add\",\"id\":\"add\",\"p\":3}");
        bystander.close();
        client.close();
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> app.endpoint().statistics().peers() == 0
                        && app.endpoint().statistics().closing() == 0);
        app.lifeCycle().forget();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "{",
                "{\"e\":\"e.note\"",
                "{\"e\":\"e.note\",}",
                "{\"e\":\"e.note\"} {}",
                "{'e':'e.note'}",
                "{\"e\":\"e.note\",\"p\":tru}",
                "{\"e\":\"e.note\",\"p\":01}",
                "{\"e\":\"e.note\",\"p\":NaN}",
                "{\"e\":\"e.note\",\"p\":\"\\x\"}"
            })
    void closesWith1007WhatIsNotJson(String text) {
        client.send(text);

        assertThat(client.closing().code()).isEqualTo(1007);
        assertThat(client.closing().reason()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "17", "\"e.note\"", "[{\"e\":\"e.note\"}]"})
    void closesWith1007WhatIsNotAnObject(String text) {
        assertThat(client.send(text).closing()).isEqualTo(new Closing(1007, "not a JSON object"));
    }

    @Test
    void closesWith1007WhatHasNoE() {
        assertThat(client.send("{\"p\":1}").closing()).isEqualTo(new Closing(1007, "'e' is missing"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "{}", "[\"e.note\"]", "true"})
    void closesWith1007WhenEIsNotAText(String e) {
        assertThat(client.send("{\"e\":" + e + "}").closing()).isEqualTo(new Closing(1007, "'e' is not a text"));
    }

    @Test
    void closesWith1007WhatIsNotUtf8() {
        byte[] text = "{\"e\":\"e.note\",\"p\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        text[text.length - 3] = (byte) 0xff;

        assertThat(client.frame(0x80 | RawClient.TEXT, text).closing().code()).isEqualTo(1007);
    }

    @Test
    void closesWith1003WhatIsBinary() {
        assertThat(client.frame(0x80 | RawClient.BINARY, new byte[] {1, 2, 3}).closing())
                .isEqualTo(new Closing(1003, "binary messages are not supported"));
    }

    @Test
    void closesWith1003WhatIsBinaryAndLarge() {
        client.frame(RawClient.BINARY, new byte[40_000]);

        assertThat(client.closing().code()).isEqualTo(1003);
    }

    @Test
    void closesWith1009WhatIsTooLargeAndNamesThePropertyOnceInTheLog(CapturedOutput output) {
        client.send("{\"e\":\"e.note\",\"p\":\"" + "x".repeat(64 << 10) + "\"}");

        assertThat(client.closing()).isEqualTo(new Closing(1009, "message larger than 65536 bytes"));
        assertThat(output.toString()).containsOnlyOnce("xy.websocket.max-message-size");
    }

    @Test
    void closesWith1009WhatIsTooLargeAlthoughItNeverEnds() {
        client.frame(RawClient.TEXT, "{\"e\":\"e.note\",\"p\":\"".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 9; i++) {
            client.frame(RawClient.CONTINUATION, new byte[8 << 10]);
        }

        assertThat(client.closing().code()).isEqualTo(1009);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void closesWith1007WhatIsNestedTenThousandDeep(String opening) {
        String closing = opening.equals("[") ? "]" : "}";
        client.send("{\"e\":\"c.echo\",\"p\":" + opening.repeat(10_000) + "1" + closing.repeat(10_000) + ",\"id\":1}");

        assertThat(client.closing().code()).isEqualTo(1007);
        assertThat(client.closing().reason()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "0.", "1e"})
    void closesWith1007ANumberOfTenThousandDigits(String beginning) {
        client.call("echo", beginning + "1".repeat(10_000));

        assertThat(client.closing().code()).isEqualTo(1007);
    }

    @Test
    void answersNumbersThatAreHugeInFewDigitsInTime() {
        client.call("order", "{\"sku\":\"a\",\"amount\":1e999999999}");

        assertThat(client.next()).contains("\"e\":\"reject.order\"").contains("\"status\":400");
    }

    @Test
    void takesTheLastOfDuplicateMembers() {
        assertThat(client.ask("{\"e\":\"e.note\",\"id\":1,\"e\":\"c.echo\",\"p\":1,\"p\":2,\"id\":\"last\"}"))
                .isEqualTo("{\"e\":\"resolve.echo\",\"id\":\"last\",\"p\":2}");
    }

    @Test
    void takesTheLastOfTenThousandDuplicatesInAPayload() {
        client.call("order", "{" + "\"sku\":\"a\",".repeat(5_000) + "\"sku\":\"b\",\"amount\":1}");

        assertThat(client.next()).isEqualTo("{\"e\":\"resolve.order\",\"id\":\"order\",\"p\":\"1 of b\"}");
    }

    @Test
    void rejectsACallWithoutAnIdAndDoesNotRunIt() {
        assertThat(client.ask("{\"e\":\"c.hold\",\"p\":1}"))
                .isEqualTo("{\"e\":\"reject.hold\",\"p\":{\"ok\":false,\"status\":400,"
                        + "\"message\":\"A call needs an id\"}}");
        assertThat(app.bean(Functions.class).held).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sku\":\"a\",\"amount\":\"many\"}",
                "{\"sku\":\"a\",\"amount\":{}}",
                "{\"sku\":\"a\",\"amount\":null}"
            })
    void rejectsWith400AndThePlaceAPayloadThatDoesNotFit(String payload) {
        assertThat(client.call("order", payload).next())
                .contains("\"e\":\"reject.order\"")
                .contains("\"status\":400")
                .contains("amount")
                .doesNotContain("io.xywebsocket")
                .doesNotContain("Item");
    }

    @Test
    void rejectsWith400AMissingPayload() {
        assertThat(client.ask("{\"e\":\"c.order\",\"id\":1}"))
                .startsWith("{\"e\":\"reject.order\",\"id\":1,\"p\":{\"ok\":false,\"status\":400,");
    }

    @Test
    void rejectsWith404AnUnknownFunction() {
        assertThat(client.call("no such", "1").next())
                .isEqualTo("{\"e\":\"reject.no such\",\"id\":\"no such\",\"p\":{\"ok\":false,\"status\":404,"
                        + "\"message\":\"'no such' not found\"}}");
    }

    @Test
    void ignoresAndCountsAnswersToCallsThatAreNotPending() {
        long before = app.endpoint().statistics().unmatchedAnswers();

        client.send("{\"e\":\"resolve.x\",\"id\":\"1\",\"p\":1}");
        client.send("{\"e\":\"reject.x\",\"id\":\"1\",\"p\":1}");
        client.send("{\"e\":\"resolve.x\",\"id\":{},\"p\":1}");
        client.send("{\"e\":\"resolve.x\",\"p\":1}");
        client.send("{\"e\":\"resolve.x\",\"id\":\"99999999999999999999999999\"}");

        assertThat(client.call("echo", "1").next()).startsWith("{\"e\":\"resolve.echo\"");
        assertThat(app.endpoint().statistics().unmatchedAnswers()).isEqualTo(before + 5);
    }

    @Test
    void ignoresAndCountsFramesOfUnknownKinds() {
        long before = app.endpoint().statistics().ignoredFrames();

        client.send("{\"e\":\"x.note\",\"p\":1}").send("{\"e\":\"\"}");

        assertThat(client.call("echo", "1").next()).startsWith("{\"e\":\"resolve.echo\"");
        assertThat(app.endpoint().statistics().ignoredFrames()).isEqualTo(before + 2);
    }

    @Test
    void isNotFooledByEventsNamedLikeNoticesOfTheLifeCycle() {
        LifeCycle lifeCycle = app.lifeCycle();
        await().until(() -> app.endpoint().peers().size() == 2);
        lifeCycle.connected();
        lifeCycle.connected();
        lifeCycle.forget();

        for (String name : new String[] {"connected", "disconnected", "error", "close", "toString", "__proto__"}) {
            client.event(name, "{}");
        }

        assertThat(client.call("echo", "1").next()).startsWith("{\"e\":\"resolve.echo\"");
        assertThat(app.endpoint().peers().size()).isEqualTo(2);
        assertThat(lifeCycle.isQuiet()).isTrue();
    }

    @Test
    void rejectsAResultThatCanNotBeSerialisedAndLogsIt(CapturedOutput output) {
        String answer = client.ask("{\"e\":\"c.unserialisable\",\"id\":7}");

        assertThat(answer)
                .startsWith("{\"e\":\"reject.unserialisable\",\"id\":7,\"p\":{\"ok\":false,\"status\":500,"
                        + "\"message\":\"Internal error\",\"errorId\":\"");
        String errorId = answer.replaceAll(".*\"errorId\":\"([^\"]+)\".*", "$1");
        assertThat(output.toString())
                .contains("'unserialisable' failed, errorId " + errorId)
                .contains("no name");
        assertThat(client.call("echo", "1").next()).startsWith("{\"e\":\"resolve.echo\"");
    }

    @Test
    void cutsWhoeverDoesNotSpeakWebSocket() {
        client.raw(new byte[] {(byte) 0xff, (byte) 0x80, 1, 2, 3, 4});

        assertThat(client.closing().code()).isIn(1002, 1006);
        await().until(() -> app.endpoint().peers().size() == 1);
    }
}
