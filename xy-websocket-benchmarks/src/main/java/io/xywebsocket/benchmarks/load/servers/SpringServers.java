package io.xywebsocket.benchmarks.load.servers;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts Spring applications on a port of 127.0.0.1, all alike. */
final class SpringServers {

    private static final Set<Class<?>> OURS =
            Set.of(XyServer.Application.class, SoakServer.Application.class, NodeServer.Application.class);

    private SpringServers() {}

    static ConfigurableApplicationContext run(Class<?> application, String... properties) {
        List<String> common = List.of(
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--logging.level.root=error",
                "--server.tomcat.max-connections=20000",
                "--server.tomcat.accept-count=4096",
                "--xy.websocket.enabled=" + OURS.contains(application));
        String[] all = Stream.concat(common.stream(), Stream.of(properties)).toArray(String[]::new);
        return new SpringApplication(application).run(all);
    }

    static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
