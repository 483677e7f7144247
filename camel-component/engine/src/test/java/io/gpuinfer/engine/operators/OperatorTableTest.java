package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.testing.DocsPage;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The table of operators in the documentation is that of the code. {@code -Ddocs.update=true}
 * writes it anew.
 */
class OperatorTableTest {

  @Test
  void theDocumentedTableIsThatOfTheCode() throws IOException {
    DocsPage.named("operators")
        .assertHas(Map.of("operators", OperatorTable.of(OperatorTest.families())));
  }
}
