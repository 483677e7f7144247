package io.gpuinfer.engine.kernel;

import com.aparapi.Config;
import com.aparapi.Kernel;
import com.aparapi.internal.exception.AparapiException;
import com.aparapi.internal.exception.ClassParseException;
import com.aparapi.internal.instruction.Instruction;
import com.aparapi.internal.model.ClassModel;
import com.aparapi.internal.model.ClassModel.ClassModelMethod;
import com.aparapi.internal.model.Entrypoint;
import com.aparapi.internal.writer.KernelWriter;
import io.gpuinfer.engine.UnsupportedModelException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.logging.Logger;

/**
 * A kernel in OpenCL.
 *
 * @param entry its {@code run} method, and the fields that it uses
 * @param source OpenCL C with a kernel {@code run}
 */
record Translation(Entrypoint entry, String source) {

  private static final String ENTRY = "run";

  /** Kept, or what is set on it would be forgotten. */
  private static final Logger APARAPI = Logger.getLogger(Config.getLoggerName());

  static {
    // It warns of each class that was compiled for Java 11 or later.
    if (APARAPI.getFilter() == null) {
      APARAPI.setFilter(line -> !line.getMessage().contains("Found unexpected Attribute"));
    }
  }

  /**
   * Has Aparapi translate the kernel's bytecode.
   *
   * @throws UnsupportedModelException when it cannot; the message names the method and says why
   */
  static Translation of(Kernel kernel) {
    Class<?> type = kernel.getClass();
    Translation translation;
    try {
      Entrypoint entry = ClassModel.createClassModel(type).getEntrypoint(ENTRY, kernel);
      translation = new Translation(entry, KernelWriter.writeToString(entry));
    } catch (ClassParseException e) {
      throw refused(type, method(type, e.getInstruction()), e.getMessage(), e);
    } catch (AparapiException | RuntimeException | AssertionError | StackOverflowError e) {
      // Aparapi meets bytecode that it does not expect with whatever comes up.
      throw refused(type, method(type, null), e.toString(), e);
    }
    translation.entry.getReferencedFields().forEach(field -> requirePlain(type, field));
    return translation;
  }

  private static String method(Class<?> type, Instruction place) {
    if (place == null) {
      return type.getName() + "." + ENTRY;
    }
    ClassModelMethod method = place.getMethod().getMethod();
    Class<?> owner = method.getClassModel().getClassWeAreModelling();
    return owner.getName() + "." + method.getName();
  }

  private static void requirePlain(Class<?> kernel, Field field) {
    Class<?> type = field.getType();
    if (!type.isPrimitive() && !(type.isArray() && type.getComponentType().isPrimitive())) {
      String why =
          "the field %s is a %s; only numbers and arrays of numbers with one axis go to a device"
              .formatted(field.getName(), type.getSimpleName());
      throw refused(kernel, method(kernel, null), why, null);
    }
  }

  private static UnsupportedModelException refused(
      Class<?> kernel, String method, String why, Throwable cause) {
    UnsupportedModelException refusal =
        new UnsupportedModelException(
            ("The kernel %s cannot be translated to OpenCL: %s: %s. device=cpu runs it on Java"
                    + " threads, and device=auto allows that too")
                .formatted(kernel.getName(), method, why),
            List.of(method + ": " + why));
    refusal.initCause(cause);
    return refusal;
  }
}
