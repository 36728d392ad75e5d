package io.xywebsocket.spring.handlers;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.asm.TypePath;
import org.springframework.asm.TypeReference;
import org.springframework.util.ClassUtils;

/**
 * Constraints on handlers where Jakarta Validation is missing. The machine leaves out annotations whose classes it can't find, so they are
 * looked for in the class files.
 */
final class UncheckedConstraints {

    private static final Logger log = LoggerFactory.getLogger(UncheckedConstraints.class);

    private static final List<String> CONSTRAINTS =
            List.of("Ljakarta/validation/", "Lorg/hibernate/validator/constraints/");

    private UncheckedConstraints() {}

    /** One warning for all of them. */
    static void report(List<HandlerMethod> handlers) {
        List<HandlerMethod> unchecked =
                handlers.stream().filter(UncheckedConstraints::areOn).toList();
        if (!unchecked.isEmpty()) {
            log.warn(
                    "Jakarta Validation is not on the class path, so the constraints on these handlers are not checked;"
                            + " add spring-boot-starter-validation: {}",
                    unchecked.stream().map(HandlerMethod::place).collect(Collectors.joining("; ")));
        }
    }

    private static boolean areOn(HandlerMethod handler) {
        Set<Class<?>> types = new LinkedHashSet<>();
        types.add(handler.method().getDeclaringClass());
        types.addAll(ClassUtils.getAllInterfacesForClassAsSet(handler.beanType()));
        return types.stream().anyMatch(type -> areIn(type, handler.method()));
    }

    private static boolean areIn(Class<?> type, Method method) {
        try (InputStream file = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
            if (file == null) {
                return false;
            }
            Search search = new Search(method);
            new ClassReader(file)
                    .accept(search, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return search.found;
        } catch (IOException | RuntimeException e) {
            log.debug("The class file of {} can't be read", type.getName(), e);
            return false;
        }
    }

    private static final class Search extends ClassVisitor {

        private final String name;
        private final String descriptor;
        private boolean found;

        Search(Method method) {
            super(SpringAsmInfo.ASM_VERSION);
            this.name = method.getName();
            this.descriptor = Type.getMethodDescriptor(method);
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, String visited, String visitedAs, @Nullable String signature, String @Nullable [] thrown) {
            boolean wanted = visited.equals(name)
                    && visitedAs.equals(descriptor)
                    && (access & (Opcodes.ACC_BRIDGE | Opcodes.ACC_SYNTHETIC)) == 0;
            return wanted ? new Parameters() : null;
        }

        private final class Parameters extends MethodVisitor {

            Parameters() {
                super(SpringAsmInfo.ASM_VERSION);
            }

            @Override
            public @Nullable AnnotationVisitor visitParameterAnnotation(int index, String type, boolean visible) {
                found |= isConstraint(type);
                return null;
            }

            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int reference, @Nullable TypePath path, String type, boolean visible) {
                found |= new TypeReference(reference).getSort() == TypeReference.METHOD_FORMAL_PARAMETER
                        && isConstraint(type);
                return null;
            }

            private static boolean isConstraint(String type) {
                return CONSTRAINTS.stream().anyMatch(type::startsWith);
            }
        }
    }
}
