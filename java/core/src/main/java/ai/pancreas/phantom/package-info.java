/** Synthetic abdominal CTs with a known pancreas. */
package ai.pancreas.phantom;
