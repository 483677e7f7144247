package io.gpuinfer.dashboard;

import java.util.Locale;

/** How much is offered, of what the model can do at its best: as {@code ./bench load} does it. */
enum LoadLevel {
  LOW(20),
  MEDIUM(70),
  HIGH(150);

  private final int percent;

  LoadLevel(int percent) {
    this.percent = percent;
  }

  int percentOfPeak() {
    return percent;
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
