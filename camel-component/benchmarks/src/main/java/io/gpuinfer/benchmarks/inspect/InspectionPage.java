package io.gpuinfer.benchmarks.inspect;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.inspect.DeviceFinding;
import io.gpuinfer.tasks.inspect.Inspection;
import io.gpuinfer.tasks.inspect.ModelFinding;
import io.gpuinfer.tasks.inspect.OperatorFinding;
import io.gpuinfer.tasks.inspect.SettingFinding;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints an inspection for people. */
final class InspectionPage {

  private static final int WIDTH = 100;
  private static final double KIBI = 1 << 10;
  private static final double MEBI = 1 << 20;

  private final PrintStream out;

  InspectionPage(PrintStream out) {
    this.out = out;
  }

  void print(Inspection inspection) {
    line(
        "%s, version %s: task %s",
        inspection.name(), inspection.version(), inspection.task().name().toLowerCase(Locale.ROOT));
    inspection.reasons().forEach(reason -> line("  %s", reason));
    if (!inspection.settings().isEmpty()) {
      line("");
      line("Settings");
      inspection.settings().forEach(this::print);
    }
    inspection.models().forEach(this::print);
    if (inspection.models().size() > 1) {
      line("");
      inspection.models().get(0).devices().stream()
          .map(DeviceFinding::device)
          .forEach(
              device ->
                  line(
                      "%s: %s",
                      device.name(),
                      inspection.runsOn(device) ? "runs all of them" : "does not run all of them"));
    }
  }

  private void print(SettingFinding setting) {
    line("  %-24s %-16s %s", setting.name(), String.join(", ", setting.values()), setting.origin());
  }

  private void print(ModelFinding model) {
    line("");
    line(
        "%s: %s, %s, ONNX IR %d, %s%s",
        model.role(),
        model.file(),
        size(model.fileBytes()),
        model.irVersion(),
        opsets(model.opsets()),
        model.producer().isEmpty() ? "" : ", made by " + model.producer());
    rows("inputs", model.inputs().stream().map(TensorInfo::toString).toList());
    rows("outputs", model.outputs().stream().map(TensorInfo::toString).toList());
    rows(
        "weights",
        List.of(text("%,d parameters, %s", model.parameters(), size(model.weightBytes()))));
    rows("operators", wrapped(model.operators().stream().map(InspectionPage::counted).toList()));
    List<String> unsupported =
        model.operators().stream()
            .filter(operator -> !operator.onDevice())
            .map(InspectionPage::unsupported)
            .toList();
    rows("not on OpenCL", unsupported);
    rows("note", model.remarks());
    for (DeviceFinding device : model.devices()) {
      print(device);
    }
  }

  private void print(DeviceFinding finding) {
    DeviceInfo device = finding.device();
    line("  %s, %s: %d MiB", device.name(), finding.engine(), device.memoryBytes() >> 20);
    if (!finding.runs()) {
      line("    does not run: %s", finding.reason());
      return;
    }
    PlanDescription cost = finding.cost();
    if (cost == null) {
      line(
          "    runs%s",
          finding.engine().equals("opencl")
              ? "; what a request costs depends on its values"
              : "; its engine does not tell the cost");
      return;
    }
    line("    runs, for a request of %s:", shapes(cost.inputs()));
    line(
        "    %.3f GFLOP, %s read and written, %d launches",
        cost.flops() / 1e9, size(cost.bytes()), cost.passes());
    line(
        "    memory: %s of weights and %s of intermediates, of %d MiB",
        size(cost.weightBytes()), size(cost.arenaBytes()), finding.availableBytes() >> 20);
    if (finding.leastMillis() != null) {
      line("    time: %.2f ms at least, by the device's measured peaks", finding.leastMillis());
    }
  }

  private void rows(String name, List<String> rows) {
    String label = name;
    for (String row : rows) {
      line("  %-14s %s", label, row);
      label = "";
    }
  }

  private static List<String> wrapped(List<String> words) {
    List<String> rows = new ArrayList<>();
    StringBuilder row = new StringBuilder();
    for (String word : words) {
      if (row.length() + word.length() > WIDTH - 20 && row.length() > 0) {
        rows.add(row.append(',').toString());
        row.setLength(0);
      }
      row.append(row.length() == 0 ? "" : ", ").append(word);
    }
    rows.add(row.toString());
    return rows;
  }

  private static String counted(OperatorFinding operator) {
    return operator.nodes() + " " + operator.name();
  }

  private static String unsupported(OperatorFinding operator) {
    String named =
        operator.examples().stream()
            .filter(name -> !name.isEmpty())
            .collect(Collectors.joining(", "));
    return text(
        "%s-%d in %d %s%s",
        operator.name(),
        operator.opset(),
        operator.nodes(),
        operator.nodes() == 1 ? "node" : "nodes",
        named.isEmpty() ? "" : ", as in " + named);
  }

  private static String size(long bytes) {
    return bytes < MEBI ? text("%.1f KiB", bytes / KIBI) : text("%.1f MiB", bytes / MEBI);
  }

  private static String opsets(Map<String, Integer> opsets) {
    return new TreeMap<>(opsets)
        .entrySet().stream()
            .map(set -> (set.getKey().isEmpty() ? "opset" : set.getKey()) + " " + set.getValue())
            .collect(Collectors.joining(", "));
  }

  private static String shapes(Map<String, List<Long>> inputs) {
    return new TreeMap<>(inputs)
        .entrySet().stream()
            .map(input -> input.getKey() + " " + input.getValue())
            .collect(Collectors.joining(", "));
  }

  private void line(String pattern, Object... values) {
    out.println(text(pattern, values));
  }

  private static String text(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
