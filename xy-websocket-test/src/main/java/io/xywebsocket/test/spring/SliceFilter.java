package io.xywebsocket.test.spring;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyClientCustomizer;
import io.xywebsocket.spring.XyEndpointCustomizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.util.ClassUtils;

/** Leaves out of the application's component scan what doesn't belong to the slice. Immutable. */
final class SliceFilter extends TypeExcludeFilter {

    private static final List<String> HANDLER_ANNOTATIONS = List.of(XyRpc.class.getName(), XyEvent.class.getName());

    /** Their names differ between the lines of Spring Boot. */
    private static final List<String> JSON_ANNOTATIONS = List.of(
            "org.springframework.boot.jackson.JsonComponent",
            "org.springframework.boot.jackson.JsonMixin",
            "org.springframework.boot.jackson.JacksonComponent",
            "org.springframework.boot.jackson.JacksonMixin");

    private static final List<String> JSON_TYPES =
            List.of("com.fasterxml.jackson.databind.Module", "tools.jackson.databind.JacksonModule");

    private final List<TypeFilter> handlers;
    private final List<TypeFilter> included;
    private final List<TypeFilter> excluded;

    /** @param handlers the only handlers to be started; none for all */
    SliceFilter(
            List<Class<?>> handlers,
            List<TypeFilter> included,
            List<TypeFilter> excluded,
            @Nullable ClassLoader classes) {
        this.handlers = assignableTo(handlers);
        this.excluded = excluded;
        List<Class<?>> belonging = new ArrayList<>(List.of(
                XyErrorMapper.class,
                XyInterceptor.class,
                XyEndpointCustomizer.class,
                XyClientCustomizer.class,
                XyJson.class));
        for (String name : JSON_TYPES) {
            if (ClassUtils.isPresent(name, classes)) {
                belonging.add(ClassUtils.resolveClassName(name, classes));
            }
        }
        this.included = new ArrayList<>(included);
        this.included.addAll(assignableTo(belonging));
    }

    private static List<TypeFilter> assignableTo(List<Class<?>> types) {
        return types.stream()
                .<TypeFilter>map(type -> new AssignableTypeFilter(type))
                .toList();
    }

    @Override
    public boolean match(MetadataReader type, MetadataReaderFactory types) throws IOException {
        if (matches(excluded, type, types)) {
            return true;
        }
        return !matches(included, type, types) && !belongsToJson(type) && !isWantedHandler(type, types);
    }

    private boolean isWantedHandler(MetadataReader type, MetadataReaderFactory types) throws IOException {
        return hasHandlers(type.getAnnotationMetadata(), types)
                && (handlers.isEmpty() || matches(handlers, type, types));
    }

    /** Handlers may stand in superclasses and interfaces too. */
    private static boolean hasHandlers(AnnotationMetadata type, MetadataReaderFactory types) throws IOException {
        if (HANDLER_ANNOTATIONS.stream().anyMatch(type::hasAnnotatedMethods)) {
            return true;
        }
        List<String> above = new ArrayList<>(List.of(type.getInterfaceNames()));
        String superclass = type.getSuperClassName();
        if (superclass != null) {
            above.add(superclass);
        }
        for (String name : above) {
            if (!name.startsWith("java.")
                    && hasHandlers(types.getMetadataReader(name).getAnnotationMetadata(), types)) {
                return true;
            }
        }
        return false;
    }

    private static boolean belongsToJson(MetadataReader type) {
        return JSON_ANNOTATIONS.stream().anyMatch(type.getAnnotationMetadata()::isAnnotated);
    }

    private static boolean matches(List<TypeFilter> filters, MetadataReader type, MetadataReaderFactory types)
            throws IOException {
        for (TypeFilter filter : filters) {
            if (filter.match(type, types)) {
                return true;
            }
        }
        return false;
    }

    /** The context is found by its customizer, not by its filter. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
