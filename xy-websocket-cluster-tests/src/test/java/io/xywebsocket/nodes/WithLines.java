package io.xywebsocket.nodes;

import io.xywebsocket.transport.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** Nodes and a Redis, with the user that the documents name, which can be stopped, as can each node's line to it. */
abstract class WithLines extends WithNodes {

    private final Map<Node, Line> lines = new HashMap<>();
    Redis redis;

    void startRedis() throws IOException {
        List<String> user = new ArrayList<>(List.of(documentedUser().split(" ")));
        user.set(0, "--user");
        redis = closedAtTheEnd(new Redis(user.toArray(String[]::new)));
    }

    /** Returns the line of the page that restricts the user, with a password. */
    private static String documentedUser() throws IOException {
        try (Stream<String> page = Files.lines(Path.of("../docs/more-than-one-node.md"))) {
            return page.filter(line -> line.startsWith("user xy "))
                    .findFirst()
                    .orElseThrow()
                    .replace(">PASSWORD", ">secret");
        }
    }

    Node startNode(String name, String... properties) throws IOException {
        Line line = closedAtTheEnd(new Line(redis.port));
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("spring.data.redis.port=" + line.port());
        all.add("spring.data.redis.username=xy");
        all.add("spring.data.redis.password=secret");
        Node node = Node.start(name, all.toArray(String[]::new));
        lines.put(node, line);
        return node;
    }

    /** A test that fails leaves nothing broken for the next ones. */
    @AfterEach
    void restore() throws Exception {
        lines.values().forEach(Line::heal);
        for (Node node : nodes) {
            node.resume();
        }
        redis.restore();
    }

    Line line(int node) {
        return lines.get(nodes.get(node));
    }
}
