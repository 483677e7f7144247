package io.gpuinfer.tasks;

import io.gpuinfer.engine.InvalidInputException;
import java.util.Collections;
import java.util.List;

/**
 * What a message's body holds: one body, or a list of them, which is answered by a list.
 *
 * @param each the bodies, at least one
 * @param list whether they came as a list
 */
public record Bodies(List<?> each, boolean list) {

  /**
   * The bodies of a message for a task whose bodies are no lists themselves.
   *
   * @param what one of them is, for the message of the exception
   * @throws InvalidInputException when the list is empty
   */
  public static Bodies of(Object body, String what) {
    if (!(body instanceof List<?> list)) {
      return new Bodies(Collections.singletonList(body), false);
    }
    if (list.isEmpty()) {
      throw new InvalidInputException("There is no %s: the list is empty".formatted(what));
    }
    return new Bodies(list, true);
  }

  /**
   * What answers the message.
   *
   * @param values one for each body, in their order
   */
  public Object answer(List<?> values) {
    return list ? List.copyOf(values) : values.get(0);
  }
}
