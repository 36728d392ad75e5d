package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.stream.Collectors;

/** The threads that read sockets of Tomcat's and have been started since. */
final class SocketThreads {

    private final Set<String> before = all();

    private static Set<String> all() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("xy-socket-"))
                .collect(Collectors.toSet());
    }

    Set<String> started() {
        Set<String> started = all();
        started.removeAll(before);
        return started;
    }

    void awaitNone() {
        await().untilAsserted(() -> assertThat(started()).isEmpty());
    }
}
