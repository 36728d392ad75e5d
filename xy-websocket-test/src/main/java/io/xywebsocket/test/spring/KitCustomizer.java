package io.xywebsocket.test.spring;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.TypeFilterUtils;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Puts into a test's context what the kit's auto-configuration looks for and, for a slice, the filter that the application's
 * component scan asks. Two are equal if their annotations are: tests with equal ones share a context.
 *
 * @param slice null in a test that is none
 */
record KitCustomizer(@Nullable XyTest slice) implements ContextCustomizer {

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration config) {
        context.getBeanFactory().registerSingleton(TestedContext.class.getName(), new TestedContext());
        if (slice != null) {
            context.getBeanFactory().registerSingleton(SliceFilter.class.getName(), filter(slice, context));
        }
    }

    private static SliceFilter filter(XyTest slice, ConfigurableApplicationContext context) {
        return new SliceFilter(
                List.of(slice.handlers()),
                filters(slice.includeFilters(), context),
                filters(slice.excludeFilters(), context),
                context.getClassLoader());
    }

    private static List<TypeFilter> filters(ComponentScan.Filter[] declared, ConfigurableApplicationContext context) {
        List<TypeFilter> filters = new ArrayList<>();
        for (ComponentScan.Filter each : declared) {
            AnnotationAttributes attributes =
                    MergedAnnotation.from(each).asAnnotationAttributes(MergedAnnotation.Adapt.ANNOTATION_TO_MAP);
            filters.addAll(TypeFilterUtils.createTypeFiltersFor(
                    attributes, context.getEnvironment(), context, (BeanDefinitionRegistry) context.getBeanFactory()));
        }
        return filters;
    }
}
