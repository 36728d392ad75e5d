package io.xywebsocket.browser;

import io.xywebsocket.sample.SampleApplication;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** The sample application, running. */
final class Town implements AutoCloseable {

    private final ConfigurableApplicationContext application;

    private Town(ConfigurableApplicationContext application) {
        this.application = application;
    }

    static Town startAt(int port) {
        SpringApplication application = new SpringApplication(SampleApplication.class, OpenToEverybody.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        return new Town(application.run(
                "--server.port=" + port,
                "--spring.threads.virtual.enabled=" + Boolean.getBoolean("xy.test.virtual-threads")));
    }

    int port() {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    String url() {
        return "http://localhost:" + port() + "/";
    }

    @Override
    public void close() {
        application.close();
    }

    /** The tests have Spring Security on their class path; the sample has not. */
    @Configuration(proxyBeanMethods = false)
    static class OpenToEverybody {

        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }
}
