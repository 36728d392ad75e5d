package io.xywebsocket.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Ada, who is a clerk and the boss, and Bob, who is a clerk. Others may connect, and are nobody. They log in by HTTP Basic or by a form. */
@Configuration(proxyBeanMethods = false)
class Staff {

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .httpBasic(Customizer.withDefaults())
                .formLogin(Customizer.withDefaults())
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("ada")
                        .password("{noop}pass")
                        .roles("CLERK", "BOSS")
                        .build(),
                User.withUsername("bob").password("{noop}pass").roles("CLERK").build());
    }

    static RawClient connect(App app, String user) {
        return app.handshake().header("Authorization", basic(user)).open();
    }

    static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":pass").getBytes(StandardCharsets.UTF_8));
    }

    /** The cookie of a session in which somebody has logged in by the form. */
    static String login(App app, String user) {
        return app.request("POST", "/login?username=" + user + "&password=pass")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceAll(";.*", "");
    }
}
