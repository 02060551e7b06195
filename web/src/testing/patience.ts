import { configure } from '@testing-library/react';

// A busy machine may draw a page many times slower than a quiet one; what never comes fails all the same.
configure({ asyncUtilTimeout: 90_000 });
