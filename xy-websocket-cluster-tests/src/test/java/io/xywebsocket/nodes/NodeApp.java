package io.xywebsocket.nodes;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyAudience;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyRpc;
import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyClusterEvent;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyJoinedEvent;
import io.xywebsocket.spring.XyLeftEvent;
import io.xywebsocket.spring.XyMemberConnectedEvent;
import io.xywebsocket.spring.XyMemberGoneEvent;
import io.xywebsocket.spring.XyUserOfflineEvent;
import io.xywebsocket.spring.XyUserOnlineEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** One node: an application that does for its clients what the tests are about, and tells them what it sees. */
@SpringBootApplication(proxyBeanMethods = false)
public class NodeApp {

    /** What a node sees; the time since it heard itself in milliseconds; how many events listeners heard to be lost. */
    public record View(
            String node,
            List<String> members,
            List<String> users,
            List<String> heard,
            boolean connected,
            long sinceEcho,
            long lost,
            long dropped,
            long repaired,
            long duplicates,
            long foreign,
            long unknown,
            long queued,
            long told,
            long pendingCalls,
            long servedCalls) {}

    /** Returns a text that takes about so many bytes of JSON, of characters with one byte to three, and escaped ones. */
    static String largeText(int number, int bytes) {
        return number + " " + "é\"\n€ abcdefghij".repeat(bytes / 20);
    }

    /** Returns the size of an event, from 20 to 70 KiB: many fill more than one frame, and some more than a frame. */
    static int size(int number) {
        return (20 << 10) + number * 7919 % (50 << 10);
    }

    /** Starts it and says at which port. */
    public static void main(String[] arguments) {
        System.setProperty("server.port", "0");
        System.setProperty("xy.websocket.cluster.name", "shop");
        System.setProperty("xy.websocket.presence.linger", "3s");
        System.setProperty("spring.data.redis.lettuce.pool.enabled", "false"); // as without the driver that needs it
        System.setProperty("management.endpoint.health.show-components", "always");
        System.setProperty("logging.level.io.xywebsocket.cluster", "debug");
        System.setProperty("logging.level.io.xywebsocket.spring.cluster", "debug");
        ConfigurableApplicationContext context = SpringApplication.run(NodeApp.class, arguments);
        System.out.println("NODE READY ON " + context.getEnvironment().getProperty("local.server.port"));
    }

    @Component
    static class Functions {

        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final XyBroadcaster broadcaster;
        private final XyPresence presence;
        private final XyGroups groups;
        private final XyEndpoint endpoint;
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final AtomicLong told = new AtomicLong();

        /** Changes of members that this node has heard of, each with the user first. */
        private final List<String> changes = new CopyOnWriteArrayList<>();

        Functions(XyBroadcaster broadcaster, XyPresence presence, XyGroups groups, XyEndpoint endpoint) {
            this.broadcaster = broadcaster;
            this.presence = presence;
            this.groups = groups;
            this.endpoint = endpoint;
        }

        /** The user says who it is: these tests are not about logins. */
        @EventListener
        void on(XyConnectedEvent event) {
            String query = String.valueOf(event.peer().handshake().uri().getQuery());
            String user = query.replace("user=", "");
            event.peer().identify(() -> user);
            groups.join(event.peer(), "all");
        }

        @EventListener
        void on(XyClusterEvent event) {
            heard.add(event.kind().name());
            told.addAndGet(event.events());
        }

        @EventListener
        void on(XyUserOnlineEvent event) {
            heard.add("online " + event.user());
        }

        @EventListener
        void on(XyUserOfflineEvent event) {
            heard.add("offline " + event.user());
        }

        @EventListener
        void on(XyMemberConnectedEvent event) {
            changes.add(user(event.member()) + " connected");
        }

        @EventListener
        void on(XyMemberGoneEvent event) {
            changes.add(user(event.member()) + " gone " + event.code());
        }

        @EventListener
        void on(XyJoinedEvent event) {
            changes.add(user(event.member()) + " joined " + event.group());
        }

        @EventListener
        void on(XyLeftEvent event) {
            changes.add(user(event.member()) + " left " + event.group());
        }

        /** Returns what this node has heard of a user's members. */
        @XyRpc("test.changes")
        List<String> changes(String user) {
            return changes.stream()
                    .filter(change -> change.startsWith(user + " "))
                    .map(change -> change.substring(user.length() + 1))
                    .toList();
        }

        @XyRpc("test.view")
        View view() {
            XyClusterStatistics statistics = endpoint.clusterStatistics().orElseThrow();
            return new View(
                    presence.members().stream()
                            .filter(XyPeer.class::isInstance)
                            .map(XyMember::node)
                            .findFirst()
                            .orElse(""),
                    presence.members().stream().map(XyMember::id).sorted().toList(),
                    List.copyOf(new TreeSet<>(presence.users())),
                    List.copyOf(heard),
                    statistics.connected(),
                    statistics.sinceEcho().toMillis(),
                    statistics.lostEvents(),
                    statistics.droppedEvents(),
                    statistics.repairedFrames(),
                    statistics.duplicateFrames(),
                    statistics.foreignFrames(),
                    statistics.unknownMessages(),
                    statistics.queuedBytes(),
                    told.get(),
                    statistics.pendingCalls(),
                    statistics.servedCalls());
        }

        @XyRpc("test.join")
        CompletableFuture<Boolean> join(String member, String group) {
            return groups.join(member, group);
        }

        @XyRpc("test.leave")
        CompletableFuture<Boolean> leave(String member, String group) {
            return groups.leave(member, group);
        }

        /** Returns the ids of a user's members. */
        @XyRpc("test.ids")
        List<String> ids(String user) {
            return presence.ofUser(user).stream().map(XyMember::id).toList();
        }

        /** Returns the users in a group. */
        @XyRpc("test.inGroup")
        List<String> inGroup(String group) {
            return presence.inGroup(group).stream()
                    .map(Functions::user)
                    .sorted()
                    .toList();
        }

        /** Sends so many numbered events. */
        @XyRpc("test.say")
        void say(String audience, String event, int from, int to) {
            XyAudience receivers = audience(audience);
            for (int i = from; i < to; i++) {
                receivers.send(event, i);
            }
        }

        /** Sends so many numbered events, to all but a user's members. */
        @XyRpc("test.sayExcept")
        void sayExcept(String audience, String user, String event, int from, int to) {
            XyAudience receivers =
                    audience(audience).except(presence.ofUser(user).toArray(XyMember[]::new));
            for (int i = from; i < to; i++) {
                receivers.send(event, i);
            }
        }

        /** Sends so many numbered events of which only the latest counts. */
        @XyRpc("test.sayLatest")
        void sayLatest(String audience, String event, int from, int to) {
            XyAudience receivers = audience(audience);
            for (int i = from; i < to; i++) {
                receivers.sendLatest(event, "key", i);
            }
        }

        private XyAudience audience(String name) {
            if (name.equals("everybody")) {
                return broadcaster.everybody();
            }
            return name.startsWith("user:") ? broadcaster.toUser(name.substring(5)) : broadcaster.toGroup(name);
        }

        /** Sends so many numbered events of a size to everybody. */
        @XyRpc("test.sayLarge")
        void sayLarge(String event, int from, int to, int bytes) {
            for (int i = from; i < to; i++) {
                broadcaster.broadcast(event, i + " ".repeat(bytes));
            }
        }

        /** Sends so many texts of different sizes to a user. */
        @XyRpc("test.sayTexts")
        void sayTexts(String user, String event, int from, int to) {
            for (int i = from; i < to; i++) {
                broadcaster.toUser(user).send(event, largeText(i, size(i)));
            }
        }

        /** Sends a user one text of a size. */
        @XyRpc("test.sayText")
        void sayText(String user, String event, int number, int bytes) {
            broadcaster.toUser(user).send(event, largeText(number, bytes));
        }

        /** Calls a user's only member with a text, for another one; whether that came, or the error. */
        @XyRpc("test.callText")
        String callText(String user, String function, int bytes, int answer) {
            XyMember member = presence.ofUser(user).get(0);
            try {
                String text = member.withTimeout(PATIENCE).await(function, largeText(1, bytes), String.class);
                return text.equals(largeText(2, answer)) ? "whole" : "not whole";
            } catch (XyException e) {
                return e.status() + " " + e.getMessage();
            }
        }

        /** Calls a user's only member, wherever that is; the answer or the status. */
        @XyRpc("test.call")
        String call(String user, String function) {
            List<XyMember> members = presence.ofUser(user);
            if (members.isEmpty()) {
                return "no member";
            }
            try {
                return members.get(0).withTimeout(PATIENCE).await(function, user, String.class);
            } catch (XyException e) {
                return String.valueOf(e.status());
            }
        }

        /** Calls a user's only member, in the caller's time at most. */
        @XyRpc("test.pass")
        CompletableFuture<String> pass(String user, String function, int millis) {
            XyMember member = presence.ofUser(user).get(0);
            return member.withTimeout(Duration.ofMillis(millis)).call(function, user, String.class);
        }

        /** Calls everybody; each outcome with the user first. The caller's deadline is the only one. */
        @XyRpc("test.callEverybody")
        CompletableFuture<List<String>> callEverybody(String function) {
            XyAnswers<String> answers =
                    broadcaster.everybody().withTimeout(Duration.ofMinutes(1)).call(function, "", String.class);
            return answers.all().thenApply(outcomes -> {
                if (!outcomes.stream().map(XyOutcome::member).toList().equals(answers.asked())) {
                    throw new XyException(500, "Other members than those who were asked");
                }
                return outcomes.stream()
                        .map(outcome -> user(outcome.member()) + " " + kind(outcome))
                        .sorted()
                        .toList();
            });
        }

        private static String kind(XyOutcome<String> outcome) {
            return outcome.error() instanceof XyNotConnectedException ? "not connected" : text(outcome);
        }

        /** Sends a user's only member so many numbered events. */
        @XyRpc("test.sayToMember")
        void sayToMember(String user, String event, int from, int to) {
            XyMember member = presence.ofUser(user).get(0);
            for (int i = from; i < to; i++) {
                member.send(event, i);
            }
        }

        /** Calls all members of a group; how often there was each outcome. */
        @XyRpc("test.callMany")
        Map<String, Integer> callMany(String group, String function) {
            Map<String, Integer> outcomes = new TreeMap<>();
            broadcaster
                    .toGroup(group)
                    .withTimeout(PATIENCE)
                    .call(function, group, String.class)
                    .await()
                    .forEach(outcome -> outcomes.merge(outcome.isValue() ? "ok" : text(outcome), 1, Integer::sum));
            return outcomes;
        }

        /** Asks a group for the first answer; what came of it for each user asked. */
        @XyRpc("test.first")
        CompletableFuture<Map<String, String>> first(String group, String function) {
            XyAnswers<String> answers = ask(group, function);
            return answers.first().thenCombine(answers.all(), (first, all) -> byUser(all));
        }

        /** Asks a group for so many answers; what came of it for each user asked. */
        @XyRpc("test.quorum")
        CompletableFuture<Map<String, String>> quorum(String group, String function, int values) {
            XyAnswers<String> answers = ask(group, function);
            return answers.quorum(values).thenCombine(answers.all(), (some, all) -> byUser(all));
        }

        /** The caller's deadline is the only one. */
        private XyAnswers<String> ask(String group, String function) {
            return broadcaster.toGroup(group).withTimeout(Duration.ofMinutes(1)).call(function, group, String.class);
        }

        private static Map<String, String> byUser(List<XyOutcome<String>> outcomes) {
            Map<String, String> byUser = new TreeMap<>();
            outcomes.forEach(outcome -> byUser.put(user(outcome.member()), text(outcome)));
            return byUser;
        }

        /** Returns the answer or the status. */
        private static String text(XyOutcome<String> outcome) {
            XyException error = outcome.error();
            return String.valueOf(error == null ? outcome.value() : error.status());
        }

        private static String user(XyMember member) {
            return String.valueOf(member.user());
        }

        @XyRpc("test.disable")
        int disable(String user) {
            List<XyMember> members = presence.ofUser(user);
            members.forEach(member -> member.close(4401, "disabled"));
            return members.size();
        }
    }
}
