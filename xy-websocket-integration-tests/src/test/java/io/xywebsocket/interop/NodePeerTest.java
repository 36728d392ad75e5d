package io.xywebsocket.interop;

import static io.xywebsocket.interop.Functions.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.interop.Functions.Note;
import io.xywebsocket.protocol.Prefixes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What holds between one of our ends and a peer in the manner of the JavaScript library, whichever of the two is the server. */
abstract class NodePeerTest {

    static final XyType<List<String>> TEXTS = new XyType<>() {};
    static final XyType<List<Integer>> NUMBERS = new XyType<>() {};

    /** How an answer of ours looked to the other side. */
    record Report(String kind, boolean present, @Nullable Object value) {}

    /** What went over the wire, as the other side saw it. */
    record Frames(List<String> sent, List<String> received) {}

    @RegisterExtension
    final Programs programs = new Programs();

    /**
     * Connects the two.
     *
     * @param settings the other side's, as JSON
     * @param prefixes ours
     * @return the other side
     */
    abstract XyCaller connect(String settings, Prefixes prefixes);

    /** What our side offers. */
    abstract XyHandlers handlers();

    /** How many connections our side was told of. */
    abstract int connections();

    XyCaller connect() {
        return connect("{}", Prefixes.DEFAULT);
    }

    static Report report(XyCaller node, Map<String, Object> ask) {
        return node.await("ask", ask, Report.class);
    }

    private static XyException failure(XyCaller node, String function, @Nullable Object payload) {
        return catchThrowableOfType(XyException.class, () -> node.await(function, payload, Object.class));
    }

    /** The frames of that kind and name, without their ids and the time that was left. */
    private static List<String> having(String pattern, List<String> frames) {
        return frames.stream()
                .filter(frame -> frame.matches("\\{\"e\":\"(" + pattern + ")\".*"))
                .map(frame ->
                        frame.replaceFirst("\"id\":\"(\\d+|[\\w-]{22})\"", "ID").replaceFirst("\"ttl\":\\d+", "TTL"))
                .toList();
    }

    private static String letter(String frame) {
        return frame.substring(frame.indexOf("\"p\":"));
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void allFourFramesGoBothWays() {
        XyCaller node = connect();
        CompletableFuture<String> told = new CompletableFuture<>();
        try (var listener = handlers().on("told", String.class, told::complete)) {
            node.send("note", new Note("t", "x"));
            assertThat(node.await("notes", "t", TEXTS)).containsExactly("x");
            assertThat(failure(node, "conflict", 1).status()).isEqualTo(409);
            node.await("tell", Map.of("event", "told", "payload", "y"), Void.class);
            assertThat(told.join()).isEqualTo("y");
        }
        assertThat(report(node, ask("echo", 7))).isEqualTo(new Report("resolve", true, 7));
        assertThat(report(node, ask("nobody", 7)).kind()).isEqualTo("reject");

        Frames frames = node.await("frames", Frames.class);
        assertThat(having("(e|c|resolve|reject)\\.(note|notes|conflict|told|echo|nobody)", frames.received))
                .containsExactly(
                        "{\"e\":\"e.note\",\"p\":{\"topic\":\"t\",\"text\":\"x\"}}",
                        "{\"e\":\"c.notes\",\"p\":\"t\",ID,TTL}",
                        "{\"e\":\"c.conflict\",\"p\":1,ID,TTL}",
                        "{\"e\":\"resolve.echo\",ID,\"p\":7}",
                        "{\"e\":\"reject.nobody\",ID,\"p\":{\"ok\":false,\"status\":404,\"message\":\"'nobody' not found\"}}");
        assertThat(having("(e|c|resolve)\\.(notes|told|echo)", frames.sent))
                .containsExactly(
                        "{\"e\":\"resolve.notes\",ID,\"p\":[\"x\"]}",
                        "{\"e\":\"e.told\",\"p\":\"y\"}",
                        "{\"e\":\"c.echo\",\"p\":7,ID}");
    }

    @Test
    void itIgnoresDeadlinesAndCancellations() {
        XyCaller node = connect();
        CompletableFuture<String> cancelled = node.call("slow", 100, String.class);
        assertThat(cancelled.cancel(true)).isTrue();
        assertThat(node.withTimeout(Duration.ofSeconds(20)).await("slow", 200, String.class))
                .isEqualTo("slow");
        Frames frames = node.await("frames", Frames.class);
        assertThat(having("(c|cancel|resolve)\\.slow", frames.received))
                .containsExactly(
                        "{\"e\":\"c.slow\",\"p\":100,ID,TTL}",
                        "{\"e\":\"cancel.slow\",ID}",
                        "{\"e\":\"c.slow\",\"p\":200,ID,TTL}");
        // it has answered the cancelled call too, and harmed nobody
        assertThat(having("(resolve)\\.slow", frames.sent)).hasSize(2);
    }

    @Test
    void noValueAndNullDifferBothWays() {
        XyCaller node = connect();
        assertThat(node.await("echo", XyPayload.class).isPresent()).isFalse();
        assertThat(node.await("echo", null, XyPayload.class).json()).isEqualTo("null");
        assertThat(node.await("nothing", XyPayload.class).isPresent()).isFalse();
        assertThat(node.await("null", XyPayload.class).json()).isEqualTo("null");
        assertThat(report(node, ask("echo"))).isEqualTo(new Report("resolve", false, null));
        assertThat(report(node, ask("echo", null))).isEqualTo(new Report("resolve", true, null));
        assertThat(report(node, ask("nothing"))).isEqualTo(new Report("resolve", false, null));
        assertThat(report(node, ask("null"))).isEqualTo(new Report("resolve", true, null));
    }

    @Test
    void errorsCrossWithTheirDetailsBothWays() {
        XyCaller node = connect();
        XyException conflict = failure(node, "conflict", null);
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict).hasMessage("conflict");
        assertThat(conflict.details()).isEqualTo(Functions.DETAILS);
        XyException boom = failure(node, "boom", null);
        assertThat(boom.status()).isEqualTo(500);
        assertThat(boom).hasMessage("Error: boom");
        assertThat(failure(node, "nobody", null)).hasMessage("'nobody' not found");

        assertThat(report(node, ask("conflict")).value())
                .isEqualTo(Map.of(
                        "ok",
                        false,
                        "status",
                        409,
                        "message",
                        "conflict",
                        "code",
                        "E42",
                        "left",
                        Functions.DETAILS.get("left")));
        Report ours = report(node, ask("boom"));
        assertThat(ours.kind()).isEqualTo("reject");
        assertThat(ours.value())
                .asInstanceOf(MAP)
                .containsEntry("status", 500)
                .containsEntry("message", "Internal error")
                .containsOnlyKeys("ok", "status", "message", "errorId");
        assertThat(report(node, ask("slow")).value()) // without the payload that it needs
                .isEqualTo(Map.of("ok", false, "status", 400, "message", "Missing payload"));
    }

    @Test
    void anErrorThatEscapesPassesOnToTheLetter() {
        XyCaller node = connect();
        assertThat(failure(node, "relay", ask("conflict")).details()).isEqualTo(Functions.DETAILS);
        assertThat(report(node, ask("relay", ask("conflict"))).kind()).isEqualTo("reject");
        Frames frames = node.await("frames", Frames.class);
        assertThat(letter(having("reject.relay", frames.received).get(0)))
                .isEqualTo(letter(having("reject.conflict", frames.sent).get(0)));
        assertThat(letter(having("reject.relay", frames.sent).get(0)))
                .isEqualTo(letter(having("reject.conflict", frames.received).get(0)));
    }

    @Test
    void aCallSeesTheEventsBeforeItBothWays() {
        XyCaller node = connect();
        List<CompletableFuture<List<String>>> seen = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            node.send("note", new Note("t", "note " + i));
            seen.add(node.call("notes", "t", TEXTS));
        }
        assertThat(seen.stream().map(notes -> notes.join().size())).isEqualTo(upTo(50));
        List<Integer> seenHere = node.await("note.and.ask", Map.of("topic", "t", "times", 50), NUMBERS);
        // ours may see more: an event doesn't wait for the calls before it
        assertThat(seenHere).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(seenHere.get(i)).isBetween(i + 1, 50);
        }
    }

    @Test
    void whatIsSentBeforeTheAnswerArrivesBeforeTheAnswer() {
        XyCaller node = connect();
        for (int i = 0; i < 10; i++) {
            report(node, ask("tell", Map.of("event", "told", "payload", i)));
        }
        List<String> received = having("e.told|resolve.tell", node.await("frames", Frames.class).received);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            expected.add("{\"e\":\"e.told\",\"p\":" + i + "}");
            expected.add("{\"e\":\"resolve.tell\",ID}");
        }
        assertThat(received).isEqualTo(expected);
    }

    @Test
    void aFastCallOvertakesASlowOneBothWays() {
        XyCaller node = connect();
        CompletableFuture<String> slow = node.call("slow", 2_000, String.class);
        CompletableFuture<Report> slowOfOurs = node.call("ask", ask("slow", 2_000), Report.class);
        node.await("echo", 1, Integer.class);
        report(node, ask("echo", 1));
        assertThat(slow).isNotDone();
        assertThat(slowOfOurs).isNotDone();
        assertThat(slow.join()).isEqualTo("slow");
        assertThat(slowOfOurs.join().value()).isEqualTo("slow");
    }

    @Test
    void callsGoToAndFroManyLevelsDeep() {
        XyCaller node = connect();
        try (var deeper = handlers()
                .register(
                        "deeper",
                        Integer.class,
                        (levels, peer) -> levels == 0
                                ? "bottom"
                                : peer.await("relay", ask("deeper", levels - 1), String.class))) {
            assertThat(node.await("relay", ask("deeper", 20), String.class)).isEqualTo("bottom");
        }
    }

    @Test
    void hundredsOfCallsAtOnceGetTheirOwnAnswers() {
        XyCaller node = connect();
        List<CompletableFuture<Integer>> there = new ArrayList<>();
        List<CompletableFuture<Integer>> back = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            there.add(node.call("echo", i, Integer.class));
            back.add(node.call("relay", ask("echo", i), Integer.class));
        }
        assertThat(there.stream().map(CompletableFuture::join)).isEqualTo(upTo(300));
        assertThat(back.stream().map(CompletableFuture::join)).isEqualTo(upTo(300));
    }

    @Test
    void fragmentedAndLargeMessagesPass() {
        String text = "ä😀".repeat(30_000);
        XyCaller node = connect("{\"fragment\":1000}", Prefixes.DEFAULT);
        assertThat(node.await("echo", text, String.class)).isEqualTo(text);
        assertThat(report(node, ask("echo", text)).value()).isEqualTo(text);
        assertThat(node.await("relay", ask("relay", ask("echo", text)), String.class))
                .isEqualTo(text);
    }

    @Test
    void framesInTinyFragmentsPass() {
        XyCaller node = connect("{\"fragment\":1}", Prefixes.DEFAULT);
        for (String text : List.of("", "a", "ä😀\\\"\u2028")) {
            assertThat(node.await("relay", ask("echo", text), String.class)).isEqualTo(text);
        }
    }

    @Test
    void otherPrefixesWorkIfBothSidesHaveThem() {
        XyCaller node = connect(
                "{\"event_prefix\":\"ev:\",\"call_prefix\":\"fn:\",\"resolve_prefix\":\"ok:\",\"reject_prefix\":\"no:\"}",
                new Prefixes("ev:", "fn:", "ok:", "no:"));
        node.send("note", new Note("t", "x"));
        assertThat(node.await("relay", ask("relay", ask("notes", "t")), TEXTS)).containsExactly("x");
        assertThat(report(node, ask("nobody")).kind()).isEqualTo("reject");
        Frames frames = node.await("frames", Frames.class);
        assertThat(having("ev:note|no:nobody", frames.received)).hasSize(2);
        assertThat(having("fn:notes|fn:nobody|ok:relay", frames.sent)).isNotEmpty();
    }

    @Test
    void anEventNamedConnectedIsAnEventLikeAnyOther() {
        XyCaller node = connect();
        int before = connections();
        List<String> heard = new CopyOnWriteArrayList<>();
        for (String name : List.of("connected", "disconnected", "close")) {
            try (var listener = handlers().on(name, (event, payload, peer) -> heard.add(event))) {
                node.await("tell", Map.of("event", name), Void.class);
                await().untilAsserted(() -> assertThat(heard).contains(name));
            }
        }
        assertThat(connections()).isEqualTo(before);
        assertThat(node.await("echo", 1, Integer.class)).isEqualTo(1);
    }
}
