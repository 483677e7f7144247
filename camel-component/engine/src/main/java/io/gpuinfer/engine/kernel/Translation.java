package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import com.aparapi.internal.exception.AparapiException;
import com.aparapi.internal.exception.ClassParseException;
import com.aparapi.internal.instruction.Instruction;
import com.aparapi.internal.model.ClassModel;
import com.aparapi.internal.model.Entrypoint;
import com.aparapi.internal.writer.KernelWriter;
import io.gpuinfer.engine.UnsupportedModelException;
import java.lang.reflect.Field;
import java.util.List;

/**
 * A kernel in OpenCL.
 *
 * @param entry its {@code run} method, and the fields that it uses
 * @param source OpenCL C with a kernel {@code run}
 */
record Translation(Entrypoint entry, String source) {

  private static final String ENTRY = "run";

  /**
   * Has Aparapi translate the kernel's bytecode.
   *
   * @throws UnsupportedModelException when it cannot; the message names the method and says why
   */
  static Translation of(Kernel kernel) {
    Translation translation;
    try {
      Entrypoint entry =
          ClassModel.createClassModel(kernel.getClass()).getEntrypoint(ENTRY, kernel);
      translation = new Translation(entry, KernelWriter.writeToString(entry));
    } catch (ClassParseException e) {
      Instruction instruction = e.getInstruction();
      String method = instruction == null ? ENTRY : instruction.getMethod().getSimpleName();
      throw refused(kernel, method, e.getMessage(), e);
    } catch (AparapiException | RuntimeException | AssertionError | StackOverflowError e) {
      // Aparapi meets bytecode that it does not expect with whatever comes up.
      throw refused(kernel, ENTRY, e.toString(), e);
    }
    translation.entry.getReferencedFields().forEach(field -> requirePlain(kernel, field));
    return translation;
  }

  private static void requirePlain(Kernel kernel, Field field) {
    Class<?> type = field.getType();
    if (!type.isPrimitive() && !(type.isArray() && type.getComponentType().isPrimitive())) {
      String why =
          "the field %s is a %s; only numbers and arrays of numbers with one axis go to a device"
              .formatted(field.getName(), type.getSimpleName());
      throw refused(kernel, ENTRY, why, null);
    }
  }

  private static UnsupportedModelException refused(
      Kernel kernel, String method, String why, Throwable cause) {
    String what = "%s.%s: %s".formatted(kernel.getClass().getName(), method, why);
    UnsupportedModelException refusal =
        new UnsupportedModelException(
            "The kernel cannot be translated to OpenCL: %s. device=cpu runs it on Java threads, and"
                    .formatted(what)
                + " device=auto allows that too",
            List.of(what));
    refusal.initCause(cause);
    return refusal;
  }
}
