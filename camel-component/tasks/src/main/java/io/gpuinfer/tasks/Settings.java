package io.gpuinfer.tasks;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the settings of a model; what is wrong with one is said when the model is loaded. */
public final class Settings {

  /** The setting of the output that is read, in the tasks that read one. */
  public static final String OUTPUT = "output";

  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");

  private final ModelEntry entry;

  /**
   * @param known the settings that the task understands
   * @throws ModelLoadException when the entry has another one
   */
  public Settings(ModelEntry entry, String... known) {
    this.entry = entry;
    Set<String> understood = Set.of(known);
    entry
        .settings()
        .forEach(
            (name, setting) -> {
              if (!understood.contains(name)) {
                throw new ModelLoadException(
                    "%s: model %s has the setting '%s', which its task does not know; it knows %s"
                        .formatted(
                            setting.origin(),
                            entry.name(),
                            name,
                            Arrays.stream(known).sorted().toList()));
              }
            });
  }

  public String text(String name, String otherwise) {
    Setting setting = entry.settings().get(name);
    if (setting == null) {
      return otherwise;
    }
    if (setting.values().size() != 1) {
      throw wrong(name, "a single value");
    }
    return setting.values().get(0);
  }

  /** The elements of a list; none where it is not set. */
  public List<String> texts(String name) {
    Setting setting = entry.settings().get(name);
    return setting == null ? List.of() : setting.values();
  }

  /** A whole number within bounds, both included. */
  public int integer(String name, int otherwise, int lowest, int highest) {
    double value = number(name, otherwise, lowest, highest);
    if (value != Math.rint(value)) {
      throw wrong(name, "a whole number");
    }
    return (int) value;
  }

  /** A number within bounds, both included. */
  public double number(String name, double otherwise, double lowest, double highest) {
    String text = text(name, String.valueOf(otherwise));
    try {
      double value = Double.parseDouble(text);
      if (value >= lowest && value <= highest) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number out of bounds is.
    }
    throw wrong(name, "a number from " + lowest + " to " + highest);
  }

  /** Whole numbers, each larger than the one before, the first and last within bounds. */
  public List<Integer> ascending(String name, int most, int lowest, int highest) {
    Setting setting = entry.settings().get(name);
    if (setting == null) {
      return List.of();
    }
    String expected =
        "at most %d whole numbers from %d to %d, ascending".formatted(most, lowest, highest);
    List<Integer> numbers = new ArrayList<>();
    int least = lowest;
    for (String value : setting.values()) {
      if (!WHOLE.matcher(value).matches() || numbers.size() == most) {
        throw wrong(name, expected);
      }
      int number = Integer.parseInt(value);
      if (number < least || number > highest) {
        throw wrong(name, expected);
      }
      numbers.add(number);
      least = number + 1;
    }
    return numbers;
  }

  /**
   * So many numbers within bounds, both included.
   *
   * @param count how many there must be; a single one stands for as many of it
   */
  public List<Double> numbers(
      String name, List<Double> otherwise, int count, double lowest, double highest) {
    Setting setting = entry.settings().get(name);
    if (setting == null) {
      return otherwise;
    }
    String expected = "%d numbers from %s to %s, or one for all".formatted(count, lowest, highest);
    try {
      List<Double> numbers = setting.values().stream().map(Double::valueOf).toList();
      boolean within = numbers.stream().allMatch(value -> value >= lowest && value <= highest);
      if (within && numbers.size() == 1) {
        return Collections.nCopies(count, numbers.get(0));
      }
      if (within && numbers.size() == count) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // Reported below, as numbers out of bounds are.
    }
    throw wrong(name, expected);
  }

  public boolean flag(String name, boolean otherwise) {
    String text = text(name, String.valueOf(otherwise));
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "true or false");
    };
  }

  /** The constant of an enumeration whose name is the setting's text, in any case. */
  public <E extends Enum<E>> E choice(String name, E otherwise) {
    String text = text(name, otherwise.name());
    for (E choice : otherwise.getDeclaringClass().getEnumConstants()) {
      if (choice.name().equalsIgnoreCase(text)) {
        return choice;
      }
    }
    throw wrong(
        name, "one of " + Arrays.toString(otherwise.getDeclaringClass().getEnumConstants()));
  }

  /**
   * The output of a model that {@value #OUTPUT} names, or else its first.
   *
   * @param outputs all of the model's
   */
  public TensorInfo output(List<TensorInfo> outputs) {
    List<String> names = outputs.stream().map(TensorInfo::name).toList();
    int place = names.indexOf(text(OUTPUT, names.get(0)));
    if (place < 0) {
      throw wrong(OUTPUT, "one of " + names);
    }
    return outputs.get(place);
  }

  /**
   * What to throw when a setting makes no sense; the message tells where it was set.
   *
   * @param expected what it must be
   */
  public ModelLoadException wrong(String name, String expected) {
    Setting setting = entry.settings().getOrDefault(name, Setting.of());
    return new ModelLoadException(
        "%s: the setting '%s' of model %s is %s, but must be %s"
            .formatted(
                setting.origin(),
                name,
                entry.name(),
                setting.values().size() == 1
                    ? "'" + setting.values().get(0) + "'"
                    : setting.values(),
                expected));
  }
}
