package io.xywebsocket.spring.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** Applications with and without a web server; the last that was started is closed first. */
final class Applications implements AutoCloseable {

    private final Deque<ConfigurableApplicationContext> running = new ArrayDeque<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithWebServer {
        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithoutWebServer {}

    ConfigurableApplicationContext server(Class<?> beans, String... properties) {
        return start(WithWebServer.class, WebApplicationType.SERVLET, beans, properties);
    }

    ConfigurableApplicationContext plain(Class<?> beans, String... properties) {
        return start(WithoutWebServer.class, WebApplicationType.NONE, beans, properties);
    }

    static String url(ConfigurableApplicationContext server) {
        return "ws://localhost:"
                + Objects.requireNonNull(server.getEnvironment().getProperty("local.server.port")) + "/ws";
    }

    private ConfigurableApplicationContext start(
            Class<?> application, WebApplicationType type, Class<?> beans, String... properties) {
        List<String> arguments = new ArrayList<>(
                List.of("--server.port=0", "--spring.threads.virtual.enabled=${xy.test.virtual-threads:false}"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        ConfigurableApplicationContext started =
                new SpringApplicationBuilder(application, beans).web(type).run(arguments.toArray(String[]::new));
        running.push(started);
        return started;
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }
}
