package io.xywebsocket.test.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Starts the application that a test belongs to without a web server, and without the auto-configuration that it has in real life. */
final class XyTestContextBootstrapper extends SpringBootTestContextBootstrapper {

    @Override
    protected String @Nullable [] getProperties(Class<?> testClass) {
        XyTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, XyTest.class);
        return test == null ? null : test.properties();
    }

    @Override
    protected void processPropertySourceProperties(MergedContextConfiguration config, List<String> properties) {
        super.processPropertySourceProperties(config, properties);
        properties.add(EnableAutoConfiguration.ENABLED_OVERRIDE_PROPERTY + "=false");
        properties.add("spring.main.web-application-type=none");
    }
}
