package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void shouldPadToFewWidthsAndLittleBeyondTheLine() {
    assertThat(LineReader.padded(8)).isEqualTo(320);
    assertThat(LineReader.padded(321)).isEqualTo(384);
    assertThat(LineReader.padded(3200)).isEqualTo(3584);
    assertThat(IntStream.rangeClosed(8, 3200).map(LineReader::padded).distinct().count())
        .isLessThan(20);
    assertThat(IntStream.rangeClosed(320, 3200).boxed())
        .allSatisfy(w -> assertThat(LineReader.padded(w)).isBetween(w, (int) (w * 1.26)));
  }
}
