package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Much at once, in order, and deep, with the default settings. */
@Tag("server")
class ConcurrencyTests {

    private static App app;

    private RawClient client;
    private XyPeer peer;

    static class Deep {

        final List<Integer> events = new CopyOnWriteArrayList<>();

        /** Calls its caller's "dig", which calls this with one less, until nothing is left. */
        @XyRpc
        int dig(int depth, XyPeer peer) {
            return depth == 0 ? 0 : 1 + peer.await("dig", depth - 1, Integer.class);
        }

        @XyEvent
        void digFromAnEvent(int depth, XyPeer peer) {
            peer.send("dug", dig(depth, peer));
        }

        /** Takes up to half a millisecond. */
        @XyRpc
        String slow(String value) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(500_000));
            return value + "!";
        }

        @XyEvent
        void number(int number) {
            events.add(number);
        }

        @XyRpc
        int seen() {
            return events.size();
        }

        @XyRpc
        String thread() {
            return String.valueOf(Thread.currentThread());
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(Functions.class, Deep.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        app.bean(Functions.class).holdAgain();
        app.bean(Deep.class).events.clear();
        app.lifeCycle().forget();
        client = app.connect();
        peer = app.lifeCycle().connected();
    }

    @AfterEach
    void disconnect() {
        app.bean(Functions.class).letGo();
        client.close();
        await().until(() -> app.endpoint().statistics().peers() == 0);
    }

    @Test
    void answersEachOfAThousandCallsAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            client.call("slow", "\"v" + i + "\"", "id" + i);
        }

        Map<String, String> answers = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            JsonNode answer = Json.of(client.next());
            answers.put(answer.path("id").asText(), answer.path("p").asText());
        }
        assertThat(answers).hasSize(1_000);
        answers.forEach((id, value) -> assertThat(value).isEqualTo("v" + id.substring(2) + "!"));
    }

    @Test
    void getsItsOwnAnswerToEachOfAThousandCallsToAPeer() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            calls.add(peer.call("double", i, Integer.class));
        }

        List<String> questions = new ArrayList<>();
        calls.forEach(call -> questions.add(client.next()));
        for (int i = questions.size() - 1; i >= 0; i--) {
            client.send(Json.resolve(
                    questions.get(i), "" + 2 * Json.payload(questions.get(i)).asInt()));
        }

        for (int i = 0; i < 1_000; i++) {
            assertThat(calls.get(i)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(2 * i);
        }
        assertThat(app.endpoint().statistics().pendingCalls()).isZero();
    }

    @Test
    void handlesFiveThousandEventsInOrderAndACallAfterThemSeesThem() {
        for (int i = 0; i < 5_000; i++) {
            client.event("number", "" + i);
        }
        String seen = client.call("seen", "null").next();

        assertThat(seen).isEqualTo("{\"e\":\"resolve.seen\",\"id\":\"seen\",\"p\":5000}");
        List<Integer> events = app.bean(Deep.class).events;
        for (int i = 0; i < 5_000; i++) {
            assertThat(events.get(i)).isEqualTo(i);
        }
    }

    @Test
    void letsEachCallSeeTheEventsBeforeIt() {
        for (int i = 1; i <= 300; i++) {
            client.event("number", "" + i).call("seen", "null", "" + i);
        }

        for (int i = 1; i <= 300; i++) {
            JsonNode answer = Json.of(client.next());
            assertThat(answer.path("p").asInt())
                    .isGreaterThanOrEqualTo(answer.path("id").asInt());
        }
    }

    @Test
    void callsItsCallerTwoHundredDeep() {
        client.call("dig", "200", "top");

        assertThat(playAlong("resolve.dig", "top")).isEqualTo("{\"e\":\"resolve.dig\",\"id\":\"top\",\"p\":200}");
    }

    @Test
    void callsItsCallerTwoHundredDeepFromAnEventListener() {
        client.event("digFromAnEvent", "200");

        assertThat(playAlong("e.dug", "")).isEqualTo("{\"e\":\"e.dug\",\"p\":200}");
    }

    @Test
    void callsItsCallerTwoHundredDeepWhileOthersBlockTheFirstThreads() {
        try (RawClient other = app.connect()) {
            for (int i = 0; i < 8; i++) {
                other.call("hold", "" + i, "" + i);
            }
            await().until(() -> app.bean(Functions.class).held.get() == 8);

            client.call("dig", "200", "top");

            assertThat(playAlong("resolve.dig", "top")).isEqualTo("{\"e\":\"resolve.dig\",\"id\":\"top\",\"p\":200}");
        }
    }

    /** Digs as the server does, until a frame of this kind and with this id comes. */
    private String playAlong(String e, String id) {
        Map<String, String> questions = new HashMap<>();
        while (true) {
            String text = client.next();
            JsonNode frame = Json.of(text);
            if (frame.path("e").asText().equals(e) && frame.path("id").asText().equals(id)) {
                return text;
            }
            if (frame.path("e").asText().equals("c.dig")) {
                int depth = frame.path("p").asInt();
                if (depth == 0) {
                    client.send(Json.resolve(text, "0"));
                } else {
                    questions.put("ours" + depth, text);
                    client.call("dig", "" + (depth - 1), "ours" + depth);
                }
            } else {
                assertThat(frame.path("e").asText()).isEqualTo("resolve.dig");
                String question = questions.remove(frame.path("id").asText());
                client.send(Json.resolve(question, "" + (1 + frame.path("p").asInt())));
            }
        }
    }

    @Test
    void doesNotLetAClientAnswerAnothersCall() {
        try (RawClient thief = app.connect()) {
            CompletableFuture<String> call = peer.call("secret", String.class);
            String question = client.next();
            long before = app.endpoint().statistics().unmatchedAnswers();

            thief.send(Json.resolve(question, "\"stolen\""));
            thief.send(Json.reject(question, "{\"ok\":false,\"status\":400,\"message\":\"stolen\"}"));
            assertThat(thief.call("echo", "1").next()).endsWith("\"p\":1}");

            assertThat(app.endpoint().statistics().unmatchedAnswers()).isEqualTo(before + 2);
            assertThat(call).isNotDone();
            client.send(Json.resolve(question, "\"mine\""));
            assertThat(call).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("mine");
        }
    }

    @Test
    void overtakesASlowCallByAFastOne() {
        client.call("hold", "1").call("echo", "2");

        assertThat(client.next()).startsWith("{\"e\":\"resolve.echo\"");
        app.bean(Functions.class).letGo();
        assertThat(client.next()).startsWith("{\"e\":\"resolve.hold\"");
    }

    @Test
    void answersOneClientWhileManyOthersCallToo() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(app.connect());
        }
        for (RawClient one : clients) {
            for (int i = 0; i < 50; i++) {
                one.call("slow", "\"" + i + "\"", "" + i);
            }
        }
        for (RawClient one : clients) {
            Set<String> answers = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                answers.add(one.next());
            }
            assertThat(answers).hasSize(50);
            one.close();
        }
    }

    @Test
    void runsHandlersOnVirtualThreadsIfTheApplicationHasThem() {
        String thread = Json.payload(client.call("thread", "null").next()).asText();

        boolean virtual = Boolean.getBoolean("xy.test.virtual-threads");
        assertThat(thread.startsWith("VirtualThread")).as(thread).isEqualTo(virtual);
        assertThat(thread).contains("xy-");
    }
}
